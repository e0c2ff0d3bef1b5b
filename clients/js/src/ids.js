/** A UUID of version 7 (RFC 9562): it begins with the time, so ids sort by when they were made. */
export function uuid7(now = Date.now()) {
  const time = now.toString(16).padStart(12, "0");
  const digit = () => ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) % 16).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7xxx-8xxx-xxxxxxxxxxxx`.replace(/x/g, digit);
}
