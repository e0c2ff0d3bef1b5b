"""What stands at ``/`` while the web inbox is not built: a page that needs no other file."""

import base64
import hashlib

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  color: light-dark(#1b1f27, #e8eaf0); background: light-dark(#f6f7f9, #0f1117) }
main { box-sizing: border-box; width: min(34rem, calc(100vw - 2rem)); margin: 1rem 0; padding: 2rem;
  background: light-dark(#fff, #161922); border: 1px solid light-dark(#e3e5ea, #2a2f3c);
  border-radius: 16px }
svg { display: block; width: 40px; margin-bottom: 1rem }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .6rem }
h2 { font-size: 1rem; margin: 1.6rem 0 .4rem }
p, ul { margin: 0 0 .6rem; color: light-dark(#5e6675, #9aa2b3) }
ul { padding-left: 1.1rem }
code { font: .9em ui-monospace, monospace; padding: .15em .4em; border-radius: 6px;
  color: light-dark(#1b1f27, #e8eaf0); background: light-dark(#f0f1f5, #1f2430) }
a { color: light-dark(#4f46e5, #8b87ff) }
"""

NOT_BUILT = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lockstep</title>
<style>{_STYLE}</style>
<main>
<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#4f46e5"/>
<path d="M9 10h6v12H9zM17 10h6v12h-6z" fill="#fff"/><path d="M9 16h14" stroke="#4f46e5"
stroke-width="2"/></svg>
<h1>The server runs. The web inbox is not built yet.</h1>
<p>In the repository, with Node.js 20 or newer and its npm, say <code>make web</code>,
then <a href="">load this page again</a>. The server need not be started anew.</p>
<h2>All else works without it</h2>
<ul>
<li><code>lockstep inbox --follow</code> in a terminal</li>
<li>programs: the socket at <code>/v1/ws</code>, and HTTP under <code>/v1/</code></li>
<li>whether all is well: <a href="/readyz"><code>/readyz</code></a></li>
</ul>
</main>
</html>
"""

_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing but the page's own style."""
