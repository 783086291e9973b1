// 条件, 事件, 多实例, 随意办理, 脚本: what plain BPMN says about an element and the engine runs.
import { say } from '../words.js';
import { FEEL, formal, isFeel } from './expressions.js';

const definition = bo => bo.eventDefinitions?.[0];
const GATES = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'];

/** In which language a condition is written. */
const language = (f, expression, change) => f.select({
  name: 'language', label: say('语言', 'Language'), value: isFeel(expression) ? FEEL : expression.language ?? '', empty: 'Python', options: [{ value: FEEL, label: 'FEEL' }],
  change: value => change(value || undefined)
});

export const flow = {
  id: 'flow', label: () => say('条件', 'Condition'), applies: bo => bo.$type === 'bpmn:SequenceFlow' && GATES.includes(bo.sourceRef?.$type),
  filled: bo => Boolean(bo.conditionExpression) || bo.sourceRef.default === bo,
  fields: ({ bo, f, set, setOn, create, element }) => {
    const isDefault = bo.sourceRef.default === bo;
    return [
      f.check({ name: 'default', label: say('默认分支：其他条件都不满足时走这里', 'Default: taken when no condition holds'), value: isDefault, change: on => setOn(bo.sourceRef, { default: on ? bo : undefined }, element.source) }),
      isDefault ? null : f.area({
        name: 'condition', label: say('条件', 'Condition'), value: bo.conditionExpression?.body, mono: true,
        hint: isFeel(bo.conditionExpression) ? say('如 result = "通过"', 'Such as result = "通过"') : say('如 result == "通过"', 'Such as result == "通过"'),
        change: body => set({ conditionExpression: formal(create, bo.conditionExpression, body, bo) })
      }),
      isDefault || !bo.conditionExpression ? null : language(f, bo.conditionExpression, value => setOn(bo.conditionExpression, { language: value }, element))
    ];
  }
};

export const gate = {
  id: 'gate', label: () => say('分支', 'Branches'), applies: bo => GATES.includes(bo.$type), filled: bo => Boolean(bo.default),
  fields: ({ bo, f, set }) => [f.select({
    name: 'default', label: say('默认分支', 'Default branch'), value: bo.default?.id ?? '', empty: say('无', 'None'),
    options: (bo.outgoing ?? []).map(item => ({ value: item.id, label: `${item.name ?? ''} → ${item.targetRef?.name ?? item.targetRef?.id ?? ''}` })),
    change: id => set({ default: (bo.outgoing ?? []).find(item => item.id === id) })
  })]
};

const timers = { timeDuration: () => say('时长', 'Duration'), timeDate: () => say('日期', 'Date'), timeCycle: () => say('循环', 'Cycle') };
const hints = {
  timeDuration: () => say('如 P60D（60 个自然日）、PT8H', 'Such as P60D or PT8H'), timeDate: () => say('如 2026-12-31T09:00:00+08:00，或变量名', 'Such as 2026-12-31T09:00:00+08:00, or a variable'),
  timeCycle: () => say('如 R3/P7D', 'Such as R3/P7D')
};

export const timer = {
  id: 'timer', label: () => say('定时', 'Timer'), applies: bo => definition(bo)?.$type === 'bpmn:TimerEventDefinition', filled: () => true,
  fields: ({ bo, f, setOn, create, element }) => {
    const carried = definition(bo), kind = Object.keys(timers).find(name => carried[name]) ?? 'timeDuration';
    const write = (name, body) => setOn(carried, { timeDuration: undefined, timeDate: undefined, timeCycle: undefined, [name]: formal(create, carried[kind], body, carried, true) }, element);
    return [
      f.select({ name: 'timer-kind', label: say('方式', 'Kind'), value: kind, options: Object.entries(timers).map(([value, label]) => ({ value, label: label() })), change: name => write(name, carried[kind]?.body ?? '') }),
      f.text({ name: 'timer', label: timers[kind](), value: carried[kind]?.body, mono: true, hint: hints[kind](), change: body => write(kind, body) })
    ];
  }
};

const references = {
  'bpmn:MessageEventDefinition': ['messageRef', 'bpmn:Message', 'name', () => say('消息', 'Message'), 'messages'],
  'bpmn:SignalEventDefinition': ['signalRef', 'bpmn:Signal', 'name', () => say('信号', 'Signal'), 'signals'],
  'bpmn:ErrorEventDefinition': ['errorRef', 'bpmn:Error', 'errorCode', () => say('错误', 'Error')],
  'bpmn:EscalationEventDefinition': ['escalationRef', 'bpmn:Escalation', 'escalationCode', () => say('升级代码', 'Escalation code')]
};
const carrier = bo => (['bpmn:SendTask', 'bpmn:ReceiveTask'].includes(bo.$type) ? bo : definition(bo));
const reference = bo => (carrier(bo) === bo ? references['bpmn:MessageEventDefinition'] : references[carrier(bo)?.$type]);

export const event = {
  id: 'event', label: () => say('事件', 'Event'), applies: bo => Boolean(reference(bo)) || definition(bo)?.$type === 'bpmn:ConditionalEventDefinition',
  filled: bo => Boolean(reference(bo) && carrier(bo)[reference(bo)[0]]),
  fields: ({ bo, f, setOn, create, element, roots, addRoot, choices }) => {
    const carried = carrier(bo);
    if (carried.$type === 'bpmn:ConditionalEventDefinition') {
      return [f.area({ name: 'condition', label: say('条件', 'Condition'), value: carried.condition?.body, mono: true, change: body => setOn(carried, { condition: formal(create, carried.condition, body, carried) }, element) }),
        carried.condition ? language(f, carried.condition, value => setOn(carried.condition, { language: value }, element)) : null];
    }
    const [property, type, name, label, known] = reference(bo), current = carried[property];
    const offered = (choices[known] ?? []).map(item => item.name ?? item.value ?? item);
    return [f.text({
      name: 'reference', label: label(), value: current?.[name] ?? current?.name, mono: true, list: [...new Set([...roots(type).map(item => item[name]), ...offered])].filter(Boolean),
      hint: say('选择已有的名称，或填写新的名称。', 'Choose a known name or write a new one.'),
      change: text => setOn(carried, { [property]: text ? roots(type).find(item => item[name] === text) ?? addRoot(type, { [name]: text, name: text }) : undefined }, element)
    })];
  }
};

export const loop = {
  id: 'loop', label: () => say('多实例', 'Several at once'), applies: bo => bo.$instanceOf('bpmn:Activity'), filled: bo => Boolean(bo.loopCharacteristics),
  fields: ({ bo, f, set, setOn, create, element }) => {
    const many = bo.loopCharacteristics, kind = !many ? '' : many.$type === 'bpmn:StandardLoopCharacteristics' ? 'loop' : many.isSequential ? 'sequential' : 'parallel';
    const make = value => (!value ? undefined : value === 'loop' ? create('bpmn:StandardLoopCharacteristics', {}, bo) : create('bpmn:MultiInstanceLoopCharacteristics', { isSequential: value === 'sequential' }, bo));
    const expression = (name, label, hint) => f.text({ name, label, value: many[name]?.body, mono: true, hint, change: body => setOn(many, { [name]: formal(create, many[name], body, many) }, element) });
    const choose = f.select({
      name: 'loop', label: say('执行方式', 'Runs'), value: kind, empty: say('一次', 'Once'), change: value => set({ loopCharacteristics: make(value) }),
      options: [{ value: 'parallel', label: say('多人同时', 'Several in parallel') }, { value: 'sequential', label: say('依次进行', 'One after another') }, { value: 'loop', label: say('循环', 'Repeated') }]
    });
    if (!many) return [choose];
    if (kind === 'loop') return [choose, expression('loopCondition', say('继续的条件', 'Goes on while')), f.text({ name: 'loopMaximum', label: say('最多次数', 'At most'), value: many.loopMaximum ?? '', change: text => setOn(many, { loopMaximum: text ? Number(text) : undefined }, element) })];
    return [
      choose, expression('loopCardinality', say('次数', 'How many'), say('数或变量；与集合变量只填其一', 'A number or variable; instead of a list')),
      many.loopDataInputRef ? f.note(say(`集合变量：${many.loopDataInputRef.id ?? ''}`, `List: ${many.loopDataInputRef.id ?? ''}`)) : null,
      expression('completionCondition', say('提前结束的条件', 'Ends early when'))
    ];
  }
};

export const free = {
  id: 'free', label: () => say('随意办理', 'Ad hoc'), applies: bo => bo.$type === 'bpmn:AdHocSubProcess', filled: bo => Boolean(bo.completionCondition),
  fields: ({ bo, f, set, create }) => {
    const sequential = bo.ordering === 'Sequential';
    return [
      f.select({
        name: 'ordering', label: say('办理方式', 'Runs'), value: sequential ? 'Sequential' : 'Parallel', change: ordering => set({ ordering }),
        options: [{ value: 'Parallel', label: say('可同时办理', 'All at once') }, { value: 'Sequential', label: say('逐个办理，按画入的先后', 'One at a time, as drawn') }]
      }),
      f.area({
        name: 'completion', label: say('完成条件', 'Completion condition'), value: bo.completionCondition?.body, mono: true,
        hint: say('每办结一项判断一次；不填则全部办结才完成。', 'Asked after each task; empty: complete when all are done.'),
        change: body => set({ completionCondition: formal(create, bo.completionCondition, body, bo) })
      }),
      sequential || !bo.completionCondition ? null : f.check({
        name: 'cancels', label: say('条件成立时，取消其余任务', 'When it holds, the other tasks are cancelled'), value: bo.cancelRemainingInstances !== false,
        change: on => set({ cancelRemainingInstances: on })
      })
    ];
  }
};

export const script = {
  id: 'script', label: () => say('脚本', 'Script'), applies: bo => bo.$type === 'bpmn:ScriptTask', filled: bo => Boolean(bo.script),
  fields: ({ bo, f, set }) => [f.area({ name: 'script', label: say('脚本', 'Script'), value: bo.script, mono: true, rows: 8, hint: say('在沙箱中运行，不能访问文件和网络。', 'Runs in a sandbox, without files or network.'), change: text => set({ script: text || undefined, scriptFormat: 'python' }) })]
};
