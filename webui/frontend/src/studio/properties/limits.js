// 时限, 提醒, 升级, 保护: until when, who is reminded, what happens when it is late. Limits are declared, never drawn.
import { cx } from '../cx.js';
import { h } from '../dom.js';
import { say } from '../words.js';
import { readAmount, readDue, writeDue } from '../grammar.js';
import { readBack } from './choices.js';

const work = bo => ['bpmn:UserTask', 'bpmn:ManualTask'].includes(bo.$type);
const bases = () => [
  ['created', say('任务产生之日', 'the task begins')], ['delivered', say('送达之日', 'delivery')], ['period.start', say('期间首日', 'the period begins')],
  ['period.end', say('期间末日', 'the period ends')], ['var', say('变量中的日期', 'date in a variable')], ['param', say('参数中的日期', 'date in a parameter')],
  ['fixed', say('每年固定日', 'fixed day of the year')], ['lastwd', say('末个工作日', 'last working day of')]
].map(([value, label]) => ({ value, label }));
const units = () => [
  ['wd', say('个工作日', 'working days')], ['cd', say('个自然日', 'calendar days')], ['nh', say('小时（自然时）', 'hours')], ['mo', say('个月', 'months')]
].map(([value, label]) => ({ value, label }));
const argument = { var: 'limit', param: '', fixed: '06-30', lastwd: 'month' };

export const due = {
  id: 'due', label: () => say('时限', 'Deadline'), applies: work, filled: bo => Boolean(cx(bo, 'due')),
  fields: panel => {
    const { bo, f, set, isRaw, toggleRaw, choices } = panel, text = cx(bo, 'due'), write = value => set({ 'cx:due': value || undefined });
    const terms = readDue(text), raw = isRaw('due') || (text && !terms);
    const change = changed => write(writeDue(changed));
    if (!text && !raw) {
      return [f.note(say('没有期限：提醒和升级都不会起算。', 'No deadline: reminders and ladder never begin.')),
        f.button('due-add', say('设定期限', 'Set a deadline'), () => write('created+5wd'))];
    }
    return [
      raw ? f.text({ name: 'due', label: say('时限表达式', 'Deadline expression'), value: text, mono: true, change: write })
        : terms.map((term, index) => oneTerm(f, choices, term, index, terms, change)),
      readBack('due', text),
      f.buttons(
        raw ? null : f.button('due-more', say('再加一项，取最早', 'Add one, the earliest counts'), () => change([...terms, { base: 'created', argument: '', sign: '+', amount: '5', unit: 'wd', clock: '' }])),
        f.button('due-none', say('不设期限', 'No deadline'), () => write('')),
        terms || raw ? f.button('due-raw', raw ? say('切换为选择', 'Choose instead') : say('切换为表达式', 'Write the expression'), () => toggleRaw('due')) : null)
    ];
  }
};

function oneTerm(f, choices, term, index, terms, change) {
  const set = changes => change(terms.map((other, at) => (at === index ? { ...other, ...changes } : other)));
  const name = part => `due-${index}-${part}`, params = choices.params.map(item => ({ value: item.name, label: `${item.label}：${item.value}${item.confirmed === false ? say('（待确认）', ' (unconfirmed)') : ''}` }));
  const source = readAmount(term.amount), named = source.kind !== 'number';
  return h('div', { class: 'term' },
    index ? h('p', { class: 'hint' }, say('或，取最早：', 'or, whichever is first:')) : null,
    f.select({ name: name('base'), label: say('起算', 'Counted from'), value: term.base, options: bases(), change: base => set({ base, argument: argument[base] ?? '' }) }),
    argument[term.base] === undefined ? null : term.base === 'param' && params.length
      ? f.select({ name: name('arg'), label: say('参数', 'Parameter'), value: term.argument, options: params, empty: '—', change: value => set({ argument: value }) })
      : f.text({ name: name('arg'), label: { var: say('变量名', 'Variable'), fixed: say('月-日', 'MM-DD'), lastwd: say('half 半年、quarter 季、month 月，或月份', 'half, quarter, month, or a month') }[term.base] ?? say('参数', 'Parameter'), value: term.argument, mono: true, change: value => value && set({ argument: value }) }),
    f.row(
      f.select({ name: name('sign'), label: say('方向', 'Direction'), value: term.amount ? term.sign : '', empty: say('当日', 'that day'), options: [{ value: '+', label: say('之后', 'after') }, { value: '-', label: say('之前', 'before') }], change: sign => set(sign ? { sign, amount: term.amount || '1', unit: term.unit || 'wd' } : { sign: '', amount: '', unit: '' }) }),
      term.amount ? f.select({ name: name('kind'), label: say('数值来自', 'Number from'), value: source.kind, options: [{ value: 'number', label: say('填写', 'written here') }, { value: 'param', label: say('参数表', 'parameter') }, { value: 'var', label: say('变量', 'variable') }], change: kind => set({ amount: kind === 'number' ? '5' : `${kind}(${kind === 'param' ? choices.params[0]?.name ?? 'limit_wd' : 'limit_wd'})` }) }) : null),
    term.amount ? f.row(
      source.kind === 'param' && params.length
        ? f.select({ name: name('amount'), label: say('参数', 'Parameter'), value: source.name, options: params, change: value => set({ amount: `param(${value})` }) })
        : f.text({ name: name('amount'), label: named ? say('变量名', 'Variable') : say('数值', 'Number'), value: source.name, mono: named, change: value => value && set({ amount: named ? `${source.kind}(${value})` : value }) }),
      f.select({ name: name('unit'), label: say('单位', 'Unit'), value: term.unit || 'wd', options: units(), change: unit => set({ unit }) })) : null,
    terms.length > 1 ? f.button(name('drop'), say('去掉此项', 'Remove this one'), () => change(terms.filter((_, at) => at !== index))) : null);
}

/** A group of one picker with the expression one click away: reminders and ladder. */
const picked = ({ id, label, attribute, options, empty, raw, extra, hint }) => ({
  id, label, applies: work, filled: bo => Boolean(cx(bo, attribute)),
  fields: panel => {
    const { bo, f, set, isRaw, toggleRaw, choices } = panel, text = cx(bo, attribute), write = value => set({ [`cx:${attribute}`]: value || undefined });
    return [
      isRaw(attribute) || !options(choices).length
        ? f.text({ name: attribute, label: raw(), value: text, mono: true, change: write })
        : f.select({ name: attribute, label: label(), value: text, options: options(choices), empty: empty(), change: write, hint: hint?.(text) }),
      extra?.(choices, text, panel), readBack(attribute, text),
      options(choices).length ? f.button(`${attribute}-raw`, isRaw(attribute) ? say('切换为选择', 'Choose instead') : say('切换为表达式', 'Write the expression'), () => toggleRaw(attribute)) : null
    ];
  }
});

export const remind = picked({
  id: 'remind', attribute: 'remind', label: () => say('提醒', 'Reminders'), raw: () => say('提醒表达式', 'Reminder expression'),
  options: choices => choices.reminders, empty: () => say('不提醒', 'None')
});

export const ladder = picked({
  id: 'ladder', attribute: 'ladder', label: () => say('升级', 'Ladder'), raw: () => say('升级表达式', 'Ladder expression'),
  options: choices => choices.ladders, empty: () => say('默认阶梯', 'The usual ladder'),
  hint: text => (text === 'none' ? say('不套用阶梯时，请在下面写明理由。', 'Without a ladder, give the reason below.') : null),
  extra: (choices, text, { bo, f, set }) => {
    const rungs = choices.ladders.find(item => item.value === text)?.rungs ?? [];
    return [rungs.length ? h('ol', { class: 'rungs' }, rungs.map(rung => h('li', {}, rung))) : null,
      f.area({ name: 'reason', label: say('不设的理由', 'Reason for none'), value: cx(bo, 'reason'), rows: 2, hint: say('不设办理人、期限或阶梯的，写明为什么；发布前据此放行。', 'Why it has no owner, limit or ladder; the checks before publishing ask for it.'), change: reason => set({ 'cx:reason': reason.trim() || undefined }) })];
  }
});

export const protection = {
  id: 'protect', label: () => say('保护', 'Protection'), applies: bo => bo.$instanceOf('bpmn:FlowNode'),
  filled: bo => cx(bo, 'protected') === 'true',
  fields: ({ bo, f, set }) => [f.check({
    name: 'protected', label: say('法定环节，不得跳过或移走', 'Required by rule: never skipped or moved past'), value: cx(bo, 'protected') === 'true',
    change: on => set({ 'cx:protected': on ? 'true' : undefined })
  })]
};
