#!/usr/bin/python3
"""GStreamer's RTSP server as a camera: one picture and one sound, on a free port of loopback, which it prints.

Usage: gst-rtsp-server.py [--codec h264|h265|mjpeg] [--carriers udp,tcp] [--digest user:password | --basic user:password]
"""
import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PAYLOADERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 threads=1 ! rtph264pay name=pay0 pt=96",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 option-string=pools=1 ! rtph265pay name=pay0 pt=96",
    "mjpeg": "jpegenc ! rtpjpegpay name=pay0 pt=26",
}
CARRIERS = {
    "udp": GstRtsp.RTSPLowerTrans.UDP,
    "tcp": GstRtsp.RTSPLowerTrans.TCP,
    "multicast": GstRtsp.RTSPLowerTrans.UDP_MCAST,
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--codec", choices=sorted(PAYLOADERS), default="h264")
    parser.add_argument("--carriers", default="udp,tcp")
    parser.add_argument("--digest", metavar="user:password")
    parser.add_argument("--basic", metavar="user:password")
    return parser.parse_args()


def authentication(options):
    credentials = options.digest or options.basic
    user, _, password = credentials.partition(":")
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth()
    if options.digest:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    return auth


def main():
    options = arguments()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory()
    video = "videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=120,framerate=15/1"
    audio = "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8"
    factory.set_launch(f"( {video} ! {PAYLOADERS[options.codec]} {audio} )")
    factory.set_shared(True)
    carriers = GstRtsp.RTSPLowerTrans(0)
    for name in options.carriers.split(","):
        carriers |= CARRIERS[name]
    factory.set_protocols(carriers)
    if options.digest or options.basic:
        server.set_auth(authentication(options))
        permission = "viewer, media.factory.access=true, media.factory.construct=true"
        factory.add_role_from_structure(Gst.Structure.new_from_string(permission))
    server.get_mount_points().add_factory("/camera", factory)
    if server.attach(None) == 0:
        sys.exit("can't listen")
    print(f"listening {server.get_bound_port()}", flush=True)
    GLib.MainLoop().run()


main()
