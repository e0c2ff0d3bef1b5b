import { render } from "preact";
import { App } from "./shell/app.jsx";

render(<App />, /** @type {HTMLElement} */ (document.getElementById("app")));
