const KEYS = [
  ["j  k", "the next, the previous entry"],
  ["1 … 9", "choose a path"],
  ["c", "write a message"],
  ["↑", "change your last message, in an empty field"],
  ["h", "the history"],
  ["Esc", "close"],
  ["?", "this help"],
];

/** What the keyboard does. @param {{ onClose: () => void }} props */
export function Help({ onClose }) {
  return (
    <dialog class="dialog" ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())} onClose={onClose}>
      <h2>Keyboard</h2>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button class="primary">Close</button>
      </form>
    </dialog>
  );
}
