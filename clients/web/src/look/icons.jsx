/** Outlines on a 24 grid, drawn with the text's colour. @type {Record<string, string>} */
const OUTLINES = {
  hand: "M7 11V6a1.5 1.5 0 0 1 3 0v4m0-5a1.5 1.5 0 0 1 3 0v5m0-4a1.5 1.5 0 0 1 3 0v5m0-3a1.5 1.5 0 0 1 3 0v6a7 7 0 0 1-7 7 7 7 0 0 1-6-3.500L3.500 13.500a1.500 1.500 0 0 1 2.500-1.500L7 13",
  check: "M5 12.500l4.500 4.500L19 7.500",
  cross: "M6 6l12 12M18 6L6 18",
  undo: "M9 7L4 12l5 5M4 12h11a5 5 0 0 1 5 5v1",
  eye: "M2 12s3.500-7 10-7 10 7 10 7-3.500 7-10 7S2 12 2 12zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  chat: "M4 5h16v11H9l-5 4z",
  clipboard: "M8 4h8v4H8zM16 6h3v15H5V6h3",
  calendar: "M4 6h16v15H4zM4 10h16M8 3v4M16 3v4",
  "arrow-up": "M12 20V4M5 11l7-7 7 7",
  card: "M3 6h18v13H3zM3 10h18",
  book: "M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM5 17a2 2 0 0 1 2-2h12",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  archive: "M3 5h18v4H3zM5 9v11h14V9M10 13h4",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  branch: "M6 3v12M6 15a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM18 3a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM18 9c0 5-12 2-12 9",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.200 16.200L20.500 20.500",
  key: "M8 12a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 13l8-8M16 8l3 3",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  up: "M6 15l6-6 6 6",
  lock: "M6 11h12v9H6zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500a6.500 6.500 0 0 1 3.500 5.500",
  plus: "M12 5v14M5 12h14",
  send: "M4 12l16-8-6 16-3-6z",
  back: "M15 5l-7 7 7 7",
  out: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  alert: "M12 4l9 16H3zM12 10v4M12 17.200h.01",
  script: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  keyboard: "M3 7h18v10H3zM7 10.500h.01M11 10.500h.01M15 10.500h.01M8 14h8",
  contrast: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7l6-1M12 12h9M12 17l6 1",
  sliders: "M4 7h9M19 7h1M16 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17h1M11 17h9M8 20a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  down: "M6 9l6 6 6-6",
  unlock: "M6 11h12v9H6zM8.500 11V7.500a3.500 3.500 0 0 1 6.800-1.200",
  edit: "M4 20l4-1L19 8l-3-3L5 16zM14 7l3 3",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  flow: "M9 3h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 8v4M6 16v-4h12v4",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
  arrow: "M5 12h14M13 6l6 6-6 6",
};

/** @param {{ name?: string }} props */
export function Icon({ name = "" }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={outline(name)} />
    </svg>
  );
}

/** The outline of an icon, for pictures. @param {string} [name] */
export const outline = (name = "") => OUTLINES[name] ?? OUTLINES.arrow;

export function Logo() {
  return <img class="logo" src="/icon.svg" alt="" width="40" height="40" />;
}

/**
 * A user's initials on a colour of their own, with a dot for who is there.
 * @param {{ name: string, presence?: "online" | "away" }} props
 */
export function Avatar({ name, presence }) {
  const { initials, hue } = sign(name);
  return (
    // The initials are no text of the page: a button with a name beside them is called by the name alone.
    <span class={`avatar hue-${hue}`} data-initials={initials} aria-hidden="true">
      {presence && <span class={`presence ${presence}`} />}
    </span>
  );
}

/** What stands for a user where there is little room. @param {string} name */
export function sign(name) {
  const initials = name
    .split(/\s+/)
    .map((part) => part[0] ?? "")
    .slice(0, 2)
    .join("");
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0) * 37, 0) % 12;
  return { initials: initials.toUpperCase(), hue };
}
