// Process drawings on a page, read-only: the life of one case, or the load of a process. Each is drawn for itself.
import { paintCase } from './case_marks.js';
import { controls, draw, fail } from './drawing.js';
import { paintLoad } from './load_marks.js';

const painters = { case: paintCase, load: paintLoad };

for (const host of document.querySelectorAll('[data-diagram]')) start(host).catch(error => fail(host, error));

async function start(host) {
  const data = JSON.parse(document.getElementById(host.dataset.facts).textContent);
  const viewer = await draw(host);
  const focus = painters[host.dataset.diagram](host, viewer, data);
  controls(host, viewer, focus);
}
