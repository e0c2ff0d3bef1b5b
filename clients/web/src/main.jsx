import { render } from "preact";
import { App } from "./shell/app.jsx";
import { keepPage } from "./live/push.js";
import { applyScheme } from "./shell/settings.js";

applyScheme();
addEventListener("load", () => setTimeout(keepPage));
render(<App />, /** @type {HTMLElement} */ (document.getElementById("app")));
