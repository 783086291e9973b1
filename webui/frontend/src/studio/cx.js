// Our own attributes in a diagram (urn:changxiao:bpmn:1): how they are read, and on which elements they mean something.
// The second half is the same table as engine/lint/machine.py: PLACES.
const attributes = ['assign', 'form', 'due', 'remind', 'ladder', 'reason', 'params', 'protected', 'start', 'decision', 'result', 'result-shape', 'state', 'key', 'name-en'];

/** For bpmn-moddle: the attributes as properties of every element, so that copying and replacing carry them along. */
export const cxModdle = {
  name: 'Changxiao', prefix: 'cx', uri: 'urn:changxiao:bpmn:1', xml: { tagAlias: 'lowerCase' }, associations: [],
  types: [{
    name: 'Declared', isAbstract: true, extends: ['bpmn:BaseElement'],
    properties: attributes.map(name => ({ name, isAttr: true, type: 'String' }))
  }]
};

const people = ['UserTask', 'ManualTask'];
const places = {
  assign: [...people, 'Lane'], form: [...people, 'StartEvent'], due: people, remind: people, ladder: people, reason: people,
  params: [...people, 'ServiceTask', 'SendTask', 'BusinessRuleTask'], start: ['ServiceTask', 'SendTask'],
  decision: ['BusinessRuleTask'], result: ['BusinessRuleTask'], 'result-shape': ['BusinessRuleTask'], key: ['DataStoreReference']
};

/** May `cx:<name>` stand on this business object? */
export function belongs(name, bo) {
  const types = places[name];
  return types ? types.includes(bo.$type.replace('bpmn:', '')) : name === 'name-en' || bo.$instanceOf('bpmn:FlowNode');
}

export const cx = (bo, name) => bo.get(`cx:${name}`) ?? '';

/** Keeps what has no meaning on the new type from being carried there when an element is replaced. */
function CarriedAlong(eventBus) {
  eventBus.on('moddleCopy.canCopyProperty', 5000, ({ propertyName, parent }) => {
    if (propertyName.startsWith('cx:') && parent && !belongs(propertyName.slice(3), parent)) return false;
  });
}
CarriedAlong.$inject = ['eventBus'];
export const carriedAlong = { __init__: ['carriedAlong'], carriedAlong: ['type', CarriedAlong] };
