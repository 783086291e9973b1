// 模拟运行: tokens that move through the drawing, played in the browser. Nothing of the engine runs here; that is the try-out.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import simulator from 'bpmn-js-token-simulation/lib/simulator/index.js';
import animation from 'bpmn-js-token-simulation/lib/animation/index.js';
import coloredScopes from 'bpmn-js-token-simulation/lib/features/colored-scopes/index.js';
import contextPads from 'bpmn-js-token-simulation/lib/features/context-pads/index.js';
import simulationState from 'bpmn-js-token-simulation/lib/features/simulation-state/index.js';
import showScopes from 'bpmn-js-token-simulation/lib/features/show-scopes/index.js';
import elementSupport from 'bpmn-js-token-simulation/lib/features/element-support/index.js';
import pauseSimulation from 'bpmn-js-token-simulation/lib/features/pause-simulation/index.js';
import resetSimulation from 'bpmn-js-token-simulation/lib/features/reset-simulation/index.js';
import tokenCount from 'bpmn-js-token-simulation/lib/features/token-count/index.js';
import exclusive from 'bpmn-js-token-simulation/lib/features/exclusive-gateway-settings/index.js';
import inclusive from 'bpmn-js-token-simulation/lib/features/inclusive-gateway-settings/index.js';
import neutralColors from 'bpmn-js-token-simulation/lib/features/neutral-element-colors/index.js';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import { openXml } from './opening.js';
import { kindOf } from './kinds.js';
import { fit, options } from './viewing.js';
import { say } from './words.js';

// The library's own bars and log are left out: they are reached by mouse only, and the log puts names of elements into HTML.
const silent = {
  notifications: ['value', { showNotification() {}, removeNotification() {}, removeAll() {} }],
  tokenSimulationPalette: ['value', { addEntry() {} }],
  setAnimationSpeed: ['value', {}]
};

/** Plays `xml` in `container`. log(words): what happened, as text.
 *  Returns { start(), step(), pause(), reset(), speed(n), destroy() }: start begins a case, step lets what waits go on. */
export async function simulate(container, xml, log) {
  const viewer = new NavigatedViewer({
    ...options(container, [simulator, animation, coloredScopes, contextPads, simulationState, showScopes, elementSupport, pauseSimulation,
      resetSimulation, tokenCount, exclusive, inclusive, neutralColors, silent]), zoomScroll: { enabled: false }
  });
  await openXml(viewer, xml);
  fit(viewer);
  const bus = viewer.get('eventBus');
  bus.on('tokenSimulation.simulator.trace', ({ action, element }) => {
    const bo = element?.businessObject;
    if (!bo || element.waypoints || !bo.$instanceOf('bpmn:FlowNode')) return;
    const name = bo.name || kindOf(bo);
    if (action === 'enter') log(say(`到达“${name}”`, `Reaches "${name}"`));
    if (action === 'exit' && bo.$instanceOf('bpmn:Activity')) log(say(`完成“${name}”`, `Completes "${name}"`));
    if (action === 'exit' && bo.$type === 'bpmn:EndEvent') log(say(`在“${name}”结束`, `Ends at "${name}"`));
  });
  bus.fire('tokenSimulation.toggleMode', { active: true });
  container.classList.add('simulation');
  // What the mouse does on the canvas, for the keyboard: the first of what waits goes on.
  const trigger = fits => {
    const simulating = viewer.get('simulator'), [waiting] = simulating.findSubscriptions({}).filter(fits);
    if (waiting) simulating.trigger({ event: waiting.event, scope: waiting.scope });
    return Boolean(waiting);
  };
  const pause = viewer.get('pauseSimulation');
  return {
    viewer,
    pause: () => { pause.toggle(); return pause.isPaused; },
    reset: () => viewer.get('resetSimulation').resetSimulation(),
    speed: factor => viewer.get('animation').setAnimationSpeed(factor),
    start: () => trigger(({ element }) => element.type === 'bpmn:StartEvent' && element.outgoing.length > 0),
    step: () => trigger(({ element }) => !['bpmn:StartEvent', 'bpmn:BoundaryEvent'].includes(element.type)),
    destroy: () => viewer.destroy()
  };
}
