// Shows each line's value at the moment that is pointed at, or chosen with the slider.
"use strict";
{
  const { seconds, plots } = JSON.parse(document.getElementById("data").textContent);
  const slider = document.getElementById("moment");
  const when = document.getElementById("when");
  const figures = [...document.querySelectorAll("[data-plot]")];
  const UNITS = {
    ms: [[1e3, "s"], [1, "ms"], [1e-3, "µs"]],
    bytes: [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]],
    share: [[0.01, "%"]],
  };

  const digits = (value) => value.toLocaleString("en", { maximumSignificantDigits: 3 }).replaceAll(",", "\u202f");

  const amount = (value, unit) => {
    const steps = UNITS[unit] ?? [[1, unit]];
    const [size, name] = steps.find(([least]) => value >= least) ?? steps.at(value ? -1 : 0);
    return digits(value / size) + (name ? (name[0] === "/" ? "" : "\u202f") + name : "");
  };

  const clock = (t) => {
    const all = Math.round(t);
    return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}`;
  };

  const nearest = (times, t) => {
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < t) low = middle + 1; else high = middle;
    }
    return low && t - times[low - 1] < times[low] - t ? low - 1 : low;
  };

  const show = (part) => {
    const t = part * seconds;
    when.textContent = clock(t);
    slider.setAttribute("aria-valuetext", clock(t));
    for (const figure of figures) {
      const { unit, lines } = plots[figure.dataset.plot];
      const cursor = figure.querySelector(".cursor");
      cursor?.setAttribute("visibility", "visible");
      for (const end of ["x1", "x2"]) cursor?.setAttribute(end, `${100 * part}%`);
      for (const place of figure.querySelectorAll("[data-line]")) {
        const [times, values] = lines[place.dataset.line];
        const value = values[nearest(times, t)];
        place.textContent = value === null ? "–" : amount(value, unit);
      }
    }
  };

  slider.addEventListener("input", () => show(slider.value / 1000));
  for (const field of document.querySelectorAll(".field")) {
    field.addEventListener("pointermove", (event) => {
      const box = field.getBoundingClientRect();
      const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      slider.value = Math.round(1000 * part);
      show(part);
    });
  }
  document.querySelector(".moment").hidden = false;
}
