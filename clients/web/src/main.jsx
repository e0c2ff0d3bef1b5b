import { render } from "preact";
import { App } from "./app.jsx";

render(<App />, /** @type {HTMLElement} */ (document.getElementById("app")));
