import { render } from "preact";
import { App } from "./shell/app.jsx";
import { applyScheme } from "./shell/settings.js";

applyScheme();
render(<App />, /** @type {HTMLElement} */ (document.getElementById("app")));
