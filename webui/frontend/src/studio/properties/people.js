// 办理人: who gets a task. Pickers write cx:assign; whoever knows its grammar may write it himself.
import { cx } from '../cx.js';
import { h, option } from '../dom.js';
import { say } from '../words.js';
import { readAssign, writeAssign } from '../grammar.js';
import { readBack } from './choices.js';

const scopes = () => [
  ['self', say('本单位', 'Own unit')], ['superior', say('上级单位', 'Superior unit')], ['superior-or-self', say('上级单位，无上级时本单位', 'Superior unit, or the own one')],
  ['top', say('州级', 'Prefecture')], ['children', say('下级单位', 'Subordinate units')], ['target', say('被办理的单位', 'Unit concerned')],
  ['dept', say('变量所指的内设部门', 'Department in a variable')], ['var', say('变量所指的单位', 'Unit in a variable')]
].map(([value, label]) => ({ value, label }));
const selectors = () => [
  ['pos', say('岗位', 'Position')], ['role', say('角色', 'Role')], ['user', say('变量中的人', 'Person in a variable')],
  ['pool', say('人员池', 'Pool')], ['roster', say('名册', 'Roster')]
].map(([value, label]) => ({ value, label }));
const start = { pos: 'PERSON_RESP', role: 'officer', user: 'owner', pool: 'pool', roster: 'roster' };

export const people = {
  id: 'people', label: () => say('办理人', 'People'),
  applies: bo => ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:Lane'].includes(bo.$type),
  filled: bo => Boolean(cx(bo, 'assign')),
  fields: panel => {
    const { bo, f, set, isRaw, toggleRaw } = panel, text = cx(bo, 'assign'), write = value => set({ 'cx:assign': value || undefined });
    const inherited = bo.$type === 'bpmn:Lane' ? '' : laneAssign(bo);
    const rule = readAssign(text), raw = isRaw('assign') || (text && !rule);
    const change = changes => write(writeAssign({ ...rule, ...changes }));
    const own = h('div', { class: 'pickers' }, raw
      ? f.text({ name: 'assign', label: say('指派表达式', 'Assignment expression'), value: text, mono: true, change: write })
      : text ? pickers(panel, rule, change) : null);
    return [
      f.select({
        name: 'assign-own', label: say('由谁办理', 'Done by'), value: text ? 'own' : '',
        options: [{ value: 'own', label: say('单独指定', 'Named here') }],
        empty: inherited ? say('按泳道', 'As the lane says') : bo.$type === 'bpmn:Lane' ? say('不指定', 'Nobody named') : say('发起人', 'Whoever began the case'),
        change: value => write(value ? inherited || 'self:pos:PERSON_RESP;fixed' : '')
      }),
      own, readBack('assign', text || inherited),
      text && rule ? f.button('assign-raw', raw ? say('切换为选择', 'Choose instead') : say('切换为表达式', 'Write the expression'), () => toggleRaw('assign')) : null
    ];
  }
};

function laneAssign(bo) {
  for (let scope = bo.$parent; scope; scope = scope.$parent) {
    for (const set of scope.laneSets ?? []) {
      for (const lane of set.lanes ?? []) if (lane.flowNodeRef?.includes(bo)) return cx(lane, 'assign');
    }
  }
  return '';
}

function pickers({ f, choices, nodes, bo, editable }, rule, change) {
  const names = { pos: choices.positions, role: choices.roles }[rule.selector], offered = choices.scopes.length ? choices.scopes : scopes();
  return [
    f.select({ name: 'assign-scope', label: say('范围', 'Where'), value: rule.scope, options: known(offered.map(item => ({ ...item, value: item.value.replace(/\(.*/, '') })), scopes()), change: scope => change({ scope, scopeName: ['dept', 'var'].includes(scope) ? rule.scopeName || 'unit' : '' }) }),
    rule.scopeName ? f.text({ name: 'assign-scope-name', label: say('变量名', 'Variable'), value: rule.scopeName, mono: true, change: scopeName => change({ scopeName }) }) : null,
    f.select({ name: 'assign-kind', label: say('按', 'By'), value: rule.selector, options: selectors(), change: selector => change({ selector, name: start[selector] }) }),
    names?.length
      ? f.select({ name: 'assign-name', label: selectors().find(item => item.value === rule.selector).label, value: rule.name, options: names, change: name => change({ name }) })
      : f.text({ name: 'assign-name', label: selectors().find(item => item.value === rule.selector).label, value: rule.name, mono: true, change: name => name && change({ name }) }),
    f.select({
      name: 'assign-mode', label: say('多人时', 'With several people'), value: rule.mode, change: mode => change({ mode }), empty: say('默认', 'Default'),
      options: choices.modes.length ? choices.modes : [['claim', say('先领先办', 'First to claim')], ['fixed', say('固定指派', 'Given outright')], ['least_load', say('任务最少的人', 'Least busy')], ['draw', say('抽签', 'Drawn by lot')]].map(([value, label]) => ({ value, label }))
    }),
    h('fieldset', { class: 'excl' }, h('legend', {}, say('回避', 'Excluded')),
      f.check({ name: 'assign-coi', label: say('登记的利害关系人', 'People with a registered interest'), value: rule.excludes.includes('-coi'), change: on => change({ excludes: swap(rule.excludes, '-coi', on) }) }),
      rule.excludes.filter(item => item !== '-coi').map(item => h('p', { class: 'chosen' }, excludeWords(item, nodes),
        f.button(`assign-drop-${item}`, say('去掉', 'Remove'), () => change({ excludes: swap(rule.excludes, item, false) })))),
      editable && addExclude(nodes.filter(node => node !== bo && ['bpmn:UserTask', 'bpmn:ManualTask'].includes(node.$type)), item => change({ excludes: swap(rule.excludes, item, true) })))
  ];
}

// Offered by the server, as far as the grammar knows them.
const known = (offered, own) => own.map(item => offered.find(other => other.value === item.value) ?? item);
const swap = (list, item, on) => (on ? [...list.filter(other => other !== item), item] : list.filter(other => other !== item));

function excludeWords(item, nodes) {
  const [, kind, name] = item.match(/^-(\w+)\((.+)\)$/) ?? [null, '', item];
  if (kind === 'prev') return say(`“${nodes.find(node => node.id === name)?.name ?? name}”的办理人`, `whoever did "${nodes.find(node => node.id === name)?.name ?? name}"`);
  if (kind === 'unit') return say(`变量 ${name} 所指单位的人`, `people of the unit in ${name}`);
  return say(`变量 ${name} 中的人`, `people in ${name}`);
}

function addExclude(tasks, add) {
  return h('select', { class: 'inp', 'aria-label': say('增加回避', 'Exclude also'), 'data-name': 'assign-add', onchange: event => event.target.value && add(event.target.value) },
    option('', say('增加：某环节的办理人…', 'Add: whoever did a step…')), tasks.map(task => option(`-prev(${task.id})`, task.name || task.id)));
}
