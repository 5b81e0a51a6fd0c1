/** Values put into a message: `{count}`, and `{count|camera|cameras}` for one and for any other number. */

/** Values by their names in the message. */
export type MessageValues = Readonly<Record<string, string | number>>;

/** The message with its values; a name that isn't given stays as it is, so that it is seen. */
export function fill(message: string, values: MessageValues): string {
  return message.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, ...[name, one, many]: [string, string?, string?]) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one === undefined || many === undefined) return String(value);
    return value === 1 ? one : many;
  });
}
