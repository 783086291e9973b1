// Keys of the drawing board. Single letters only where the reader has not switched them off, and never while somebody types.
export function bindKeys(root, { viewer, editable, outline, panel, save }) {
  const get = name => viewer.get(name), canvas = root.querySelector('[data-canvas]');
  const single = () => document.body.hasAttribute('data-shortcuts');
  document.addEventListener('keydown', event => {
    if (document.querySelector('dialog[open]') || event.isComposing) return;
    const typing = event.target.closest('input, select, textarea, [contenteditable]'), drawn = canvas.contains(event.target);
    const key = event.key.toLowerCase(), held = event.ctrlKey || event.metaKey;
    const act = held ? {
      s: save, f: () => get('searchPad', false)?.toggle(), ...(typing || drawn || !editable ? {} : { z: () => get('commandStack')[event.shiftKey ? 'redo' : 'undo'](), y: () => get('commandStack').redo() })
    }[key] : typing || event.altKey || !single() || event.target.closest('[role=tree], [role=tablist]') ? null : drawn ? { '?': help }[key] : {
      '?': help, ...(editable ? { n: () => get('drawing').openCreate(), a: append, e: rename } : {})
    }[key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  const chosen = () => get('selection').get()[0];
  const help = () => document.getElementById('keys')?.showModal();
  const rename = () => chosen() && get('directEditing').activate(chosen());
  function append() {
    const element = chosen();
    if (element && get('drawing').mayAppend(element)) get('drawing').openAppend(element);
    else { panel().open('outline'); outline.addMenu(null); }
  }
}
