// Plays the way that leads to a finding: on the drawing with a token, and as a list of its steps, its equal in words.
import { h, icon } from './dom.js';
import { kindOf } from './kinds.js';
import { reveal } from './viewing.js';
import { say } from './words.js';

const pace = 900; // ms a step is shown while it plays
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** A player of `problem.path` in `host`. close(): called when the reader leaves it. Returns { stop() }. */
export function playPath({ viewer, host, problem, close }) {
  const get = name => viewer.get(name), registry = get('elementRegistry'), canvas = get('canvas'), overlays = get('overlays');
  const steps = problem.path.map(id => ({ id, shape: registry.get(id) })), marked = new Set();
  let at = -1, timer = 0, token = null;

  const items = steps.map((step, index) => h('li', {}, h('button', { type: 'button', class: 'stepbtn', onclick: () => { pause(); show(index); } }, wordsOf(steps, index))));
  const status = h('span', { class: 'small muted', role: 'status' });
  const button = (label, act, name) => h('button', { type: 'button', class: 'btn sm', 'data-play': name, onclick: act }, label);
  const toggle = button('', () => (timer ? pause() : play()), 'toggle');
  const back = button(say('上一步', 'Back'), () => { pause(); show(at - 1); }, 'back');
  const next = button(say('下一步', 'Next'), () => { pause(); show(at + 1); }, 'next');
  const heading = h('h3', { tabindex: '-1' }, say('路径：', 'The way: '), problem.message);
  host.replaceChildren(h('section', { class: 'player', 'aria-label': say('播放路径', 'Playing the way') }, heading,
    h('div', { class: 'pline' }, toggle, back, next, button(say('重来', 'Restart'), () => { pause(); show(0); if (!calm()) play(); }, 'restart'),
      status, h('span', { class: 'grow' }), button(say('返回列表', 'Back to the list'), () => { stop(); close(); }, 'close')),
    h('ol', { class: 'way' }, items)));
  host.querySelector('.player').addEventListener('keydown', event => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') { stop(); close(); } else if (move) { pause(); show(at + move); } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  heading.focus();
  show(0);
  if (calm()) pause(); else play();

  function show(index) {
    if (index < 0 || index >= steps.length) return;
    const { shape } = steps[at = index];
    steps.forEach((step, place) => {
      mark(step.shape, 'path-done', place <= index);
      mark(step.shape, 'path-now', place === index || (place < index && step.id === steps[index].id));
      items[place].classList.toggle('done', place < index);
      items[place].toggleAttribute('aria-current', false);
    });
    items[index].setAttribute('aria-current', 'step');
    items[index].scrollIntoView({ block: 'nearest' });
    status.textContent = say(`第 ${index + 1} 步，共 ${steps.length} 步：${items[index].textContent}`, `Step ${index + 1} of ${steps.length}: ${items[index].textContent}`);
    back.disabled = index === 0;
    next.disabled = index === steps.length - 1;
    if (shape) reveal(viewer, shape);
    place(shape, index);
  }

  function mark(shape, look, on) {
    if (!shape?.parent) return;
    if (on) { canvas.addMarker(shape, look); marked.add(shape); } else canvas.removeMarker(shape, look);
  }

  // The token: a number on the element, so that it is read without colour; along a flow it moves where motion is wanted.
  function place(shape, index) {
    overlays.remove({ type: 'path' });
    cancelAnimationFrame(token?.frame ?? 0);
    token?.dot.remove();
    token = null;
    if (!shape?.parent) return;
    if (!shape.waypoints) {
      overlays.add(shape, 'path', { position: { top: -14, right: 14 }, html: h('span', { class: 'pathno' }, String(index + 1)) });
      return;
    }
    const dot = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    dot.setAttribute('r', '7');
    dot.setAttribute('class', 'pathdot');
    canvas.getActiveLayer().append(dot);
    token = { dot, frame: 0 };
    const along = (share) => { const { x, y } = pointOn(shape.waypoints, share); dot.setAttribute('cx', x); dot.setAttribute('cy', y); };
    along(calm() || !timer ? 0.5 : 0);
    if (calm() || !timer) return;
    const began = performance.now(), move = now => {
      const share = Math.min(1, (now - began) / (pace - 150));
      along(share);
      if (share < 1 && token?.dot === dot) token.frame = requestAnimationFrame(move);
    };
    token.frame = requestAnimationFrame(move);
  }

  function play() {
    if (at === steps.length - 1) show(0);
    timer = setInterval(() => (at < steps.length - 1 ? show(at + 1) : pause()), pace);
    toggle.replaceChildren(say('暂停', 'Pause'));
    toggle.setAttribute('aria-pressed', 'true');
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    toggle.replaceChildren(icon('play'), say('播放', 'Play'));
    toggle.setAttribute('aria-pressed', 'false');
  }

  function stop() {
    pause();
    place(null, 0);
    for (const shape of marked) if (registry.get(shape.id)) { canvas.removeMarker(shape, 'path-done'); canvas.removeMarker(shape, 'path-now'); }
    marked.clear();
  }

  return { stop };
}

/** A step in words: an element by its name, a flow by where it leads; another branch is told as such. */
function wordsOf(steps, index) {
  const { id, shape } = steps[index], bo = shape?.businessObject;
  if (!bo) return id;
  if (shape.waypoints) {
    const label = bo.name ? say(`（${bo.name}）`, ` (${bo.name})`) : '';
    return say(`沿连线${label}到“${called(bo.targetRef)}”`, `Along the flow${label} to "${called(bo.targetRef)}"`);
  }
  const before = steps[index - 1]?.shape?.businessObject, beside = before?.targetRef && before.targetRef !== bo;
  const boundary = bo.attachedToRef ? say('发生', 'Happens: ') : '';
  return beside ? say(`另一分支：${boundary}“${called(bo)}”`, `Another branch: ${boundary}"${called(bo)}"`) : say(`${boundary || '到'}“${called(bo)}”`, `${boundary || 'At '}"${called(bo)}"`);
}

const called = bo => bo.name || kindOf(bo);

/** The point at `share` (0 to 1) of a line through `points`. */
function pointOn(points, share) {
  const parts = points.slice(1).map((to, index) => ({ from: points[index], to, length: Math.hypot(to.x - points[index].x, to.y - points[index].y) }));
  let rest = parts.reduce((sum, part) => sum + part.length, 0) * share;
  for (const { from, to, length } of parts) {
    if (rest <= length && length) return { x: from.x + (to.x - from.x) * rest / length, y: from.y + (to.y - from.y) * rest / length };
    rest -= length;
  }
  return points.at(-1);
}
