// What each element is called, and which elements this engine runs (engine/workflow/elements/): only those are offered.
import { PopupEntries } from 'bpmn-js/lib/features/popup-menu/PopupEntries.js';
import { translate } from './viewing.js';

const others = {
  Process: 'Process', Collaboration: 'Collaboration', Participant: 'Pool', Lane: 'Lane', SequenceFlow: 'Sequence flow',
  MessageFlow: 'Message flow', TextAnnotation: 'Text annotation', Association: 'Association', Group: 'Group',
  DataInputAssociation: 'Data association', DataOutputAssociation: 'Data association', DataObjectReference: 'Data object',
  DataStoreReference: 'Data store', SubProcess: 'Sub-process', Transaction: 'Transaction', AdHocSubProcess: 'Ad-hoc sub-process'
};

/** 用户任务, 定时边界事件, …: of a business object, in the reader's language. */
export function kindOf(bo) {
  const type = bo.$type.replace('bpmn:', '');
  if (others[type]) return translate(others[type]);
  const carried = bo.eventDefinitions?.[0]?.$type;
  const calm = bo.cancelActivity === false || bo.isInterrupting === false;
  const found = Object.entries(PopupEntries).filter(([, { target }]) => target?.type === bo.$type && target.eventDefinitionType === carried);
  const [, entry] = found.find(([id]) => id.startsWith('non-interrupting') === calm) ?? found[0] ?? [];
  return translate(entry?.label ?? type);
}

/** The class of the icon of a business object. */
export function iconOf(bo) {
  const carried = bo.eventDefinitions?.[0]?.$type;
  const entry = Object.values(PopupEntries).find(({ target }) => target?.type === bo.$type && target.eventDefinitionType === carried);
  return entry?.className ?? { 'bpmn:Participant': 'bpmn-icon-participant', 'bpmn:Lane': 'bpmn-icon-lane', 'bpmn:SequenceFlow': 'bpmn-icon-connection' }[bo.$type] ?? 'bpmn-icon-process';
}

// Complex gateways; and starts that only an event sub-process has.
const refused = /complex-gateway/, inside = /(timer|conditional|error|escalation|compensation)-start|non-interrupting-\w+-start/;
const handles = element => Boolean(element?.parent?.businessObject?.triggeredByEvent);

/** Whether the engine runs what the menu entry `id` makes of `element`; without one, of something new in a process. */
export const isRun = (id, element = null) => !refused.test(id) && (!inside.test(id) || handles(element));

const groups = [
  ['task', /task$|call-activity/], ['sub', /subprocess$|^transaction$/], ['gateway', /gateway$/], ['start', /start/],
  ['between', /intermediate/], ['end', /end(-event)?$/], ['boundary', /boundary/], ['data', /^data-/], ['pool', /pool$/]
];
const words = {
  task: 'Tasks', sub: 'Sub-processes', gateway: 'Gateways', start: 'Start events', between: 'Intermediate events',
  end: 'End events', data: 'Data', pool: 'Participants'
};

// In the order of the groups; the task of no kind, which nobody does, behind those of some kind.
const rank = ({ id, group }) => groups.findIndex(([name]) => name === group.id) + (id === 'task' ? 0.5 : 0);

/** [{ id, label, className, target, group }] of what may be drawn. after: an element that it is to follow, or null. */
export function offered(after) {
  const skip = after ? ['start', 'boundary', 'data', 'pool'] : ['boundary'];
  return Object.entries(PopupEntries).filter(([id]) => isRun(id)).map(([id, entry]) => {
    const [group] = groups.find(([, pattern]) => pattern.test(id)) ?? ['task'];
    return { id, ...entry, label: translate(entry.label), group: { id: group, name: translate(words[group] ?? 'Tasks') } };
  }).filter(entry => !skip.includes(entry.group.id) && !(entry.id === 'cancel-end' && after?.parent?.type !== 'bpmn:Transaction'))
    .sort((one, other) => rank(one) - rank(other));
}
