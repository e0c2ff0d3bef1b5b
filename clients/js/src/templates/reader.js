/** Reading a template character by character: blanks, names, escapes and positions. */

const NESTING = 16;
const NAME = /(?:[^ \t\r\n{}|,:?()"'\\=<>!+*/[\].]|\\[ -/:-@[-`{-~])+/y;

/**
 * The template cannot be read beyond `position`, in code points from 0. What should stand there
 * is told by the server's checker; pages do without those words.
 */
export class TemplateError extends Error {
  /** @param {number} position */
  constructor(position) {
    super(`no template at ${position}`);
    this.position = position;
  }
}

/** A place in a text. `depth`: how many braces and parentheses are open around it. */
export class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  /** The character at the place; at the end, an empty string. */
  get here() {
    return this.text.charAt(this.at);
  }

  /** @returns {never} */
  fail(at = this.at) {
    throw new TemplateError([...this.text.slice(0, at)].length);
  }

  /** What fits the sticky pattern here, having gone on behind it. @param {RegExp} pattern */
  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  blanks() {
    this.match(/[ \t\r\n]*/y);
  }

  /** @param {string} word */
  take(word) {
    const found = this.text.startsWith(word, this.at);
    if (found) this.at += word.length;
    return found;
  }

  /** @param {string} word */
  expect(word) {
    this.blanks();
    if (!this.take(word)) this.fail();
  }

  enter() {
    if (++this.depth > NESTING) this.fail(this.at - 1);
  }

  /** @param {string} closing */
  leave(closing) {
    this.expect(closing);
    this.depth -= 1;
  }

  /** One character, perhaps escaped. */
  character() {
    const escaped = this.match(/\\[ -/:-@[-`{-~]/y);
    return escaped ? escaped.charAt(1) : this.text.charAt(this.at++);
  }

  /** The names of a dotted pointer. @returns {string[]} */
  names() {
    const found = [];
    do {
      const start = this.at;
      const name = this.match(NAME);
      if (name === undefined || (found.length === 0 && name.startsWith("-"))) this.fail(start);
      found.push(name.replace(/\\(.)/g, "$1"));
    } while (this.take("."));
    return found;
  }

  /** A text in quotes, up to the same quote again. */
  quoted() {
    const quote = this.here;
    const start = this.at++;
    let made = "";
    while (this.here !== quote) {
      if (!this.here) this.fail(start);
      made += this.character();
    }
    this.at += 1;
    return made;
  }
}
