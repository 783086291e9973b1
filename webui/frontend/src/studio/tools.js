// The buttons above the canvas and in the head of the page. They stand in the page's HTML; here they learn what they do.
import { say } from './words.js';
import { fit } from './viewing.js';

export function tools(root, { viewer, editable, lint, simulation, panel, exported, importFile, publish, save, tell }) {
  const get = name => viewer.get(name), canvas = get('canvas');
  const zoom = factor => { canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor))); };
  const acts = {
    undo: () => get('commandStack').undo(), redo: () => get('commandStack').redo(), save: () => save(),
    check: () => { panel.open('lint'); lint.check(); }, simulate: () => { panel.open('simulate'); simulation.enter(); }, compare: () => panel.open('compare'),
    outline: () => panel.open('outline'), xml: () => panel.open('xml'), publish: () => publish(),
    in: () => zoom(1.25), out: () => zoom(0.8), fit: () => fit(viewer, 28),
    minimap: pressed => get('minimap')[pressed ? 'open' : 'close'](), grid: pressed => get('grid').toggle(pressed),
    bpmn: () => exported.bpmn(), svg: () => exported.svg(), png: () => exported.png(),
    keys: () => document.getElementById('keys')?.showModal(), find: () => get('searchPad').toggle()
  };
  root.addEventListener('click', event => {
    const button = event.target.closest('[data-act]');
    if (!button || button.disabled) return;
    const pressed = button.getAttribute('aria-pressed');
    if (pressed !== null) button.setAttribute('aria-pressed', String(pressed !== 'true'));
    button.closest('details')?.removeAttribute('open');
    acts[button.dataset.act]?.(pressed !== 'true');
  });
  const file = root.querySelector('[data-import]');
  file?.addEventListener('change', async () => { if (file.files[0]) await importFile(file.files[0]); file.value = ''; });

  const writing = root.querySelectorAll('[data-writes]');
  writing.forEach(one => { one.disabled = !editable; one.hidden = !editable && Boolean(one.closest('.tool')); });
  const level = root.querySelector('[data-zoom]');
  const showZoom = () => { level.textContent = `${Math.round(canvas.zoom() * 100)}%`; };
  viewer.on('canvas.viewbox.changed', showZoom);
  showZoom();
  if (!editable) return;
  const stack = get('commandStack'), steps = () => {
    root.querySelector('[data-act=undo]').disabled = !stack.canUndo();
    root.querySelector('[data-act=redo]').disabled = !stack.canRedo();
  };
  viewer.on('commandStack.changed', steps);
  steps();
  viewer.on('commandStack.changed', ({ trigger }) => { if (trigger === 'undo') tell(say('已撤销', 'Undone')); if (trigger === 'redo') tell(say('已重做', 'Done again')); });
}
