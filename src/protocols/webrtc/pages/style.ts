/** Style sheet of the pages. */
export const STYLE = `html, body { margin: 0; height: 100%; background: #101314; color: #e8ecec; }
body { font: 15px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
video { width: 100%; height: 100%; object-fit: contain; background: #000; display: block; }
#message { position: fixed; left: 16px; right: 16px; top: 16px; margin: 0; text-align: center; }
#message:empty { display: none; }
#actions { position: fixed; left: 16px; right: 16px; bottom: 24px; margin: 0; text-align: center; }
button { font: inherit; min-height: 44px; padding: 8px 16px; border: 1px solid #5c6868; border-radius: 6px; background: #1c2222; color: inherit; }
button:focus-visible { outline: 2px solid #7fd6c8; outline-offset: 2px; }
`;
