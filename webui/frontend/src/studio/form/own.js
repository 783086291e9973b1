// 双语与流程: what our forms say beyond form-js: English, whom a choice offers, dates, limits, process data, cross-field rules.
import { h, icon, option } from '../dom.js';
import { say } from '../words.js';

const TYPES = { select: ['user', 'dept', 'unit'], taglist: ['users'], checkbox: ['sign'], datetime: ['date-limit'] };
const TYPE_WORDS = { user: ['一名人员', 'A person'], users: ['多名人员', 'Several persons'], dept: ['部门', 'A department'], unit: ['单位', 'A unit'], sign: ['签名', 'A signature'], 'date-limit': ['期限日期', 'A date as limit'] };

/** canvas: of the form. Draws the panel for a field, or for the form as a whole. */
export function ownTab(canvas, editable) {
  let body = null, shown = '';

  function show(field) {
    if (!body || !field) return;
    const key = JSON.stringify([field.id, field.type, field.properties, field.values]);
    if (key === shown || body.contains(document.activeElement) && shown.startsWith(JSON.stringify([field.id]).slice(0, -1))) return;
    shown = key;
    body.replaceChildren(h('fieldset', { class: 'pg ownprops', disabled: !editable }, field.type === 'default' ? ofForm(field) : ofField(field)));
  }

  const put = (field, name, value) => {
    const properties = { ...canvas.field().properties };
    if (value === '' || value === false || value === undefined) delete properties[name]; else properties[name] = value;
    canvas.edit(canvas.field(), { properties });
  };

  function line(field, name, label, { area = false, hint = '' } = {}) {
    const input = h(area ? 'textarea' : 'input', { class: 'inp', value: String(field.properties?.[name] ?? ''), 'data-name': name, onchange: () => put(field, name, input.value.trim()) });
    return h('label', { class: 'field' }, h('span', {}, label), input, hint ? h('span', { class: 'hint' }, hint) : null);
  }

  function flag(field, name, label) {
    const box = h('input', { type: 'checkbox', 'data-name': name, checked: String(field.properties?.[name] ?? '') === 'true', onchange: () => put(field, name, box.checked) });
    return h('div', { class: 'chk' }, h('label', {}, box, ' ', label));
  }

  function choice(field, name, label, values) {
    const select = h('select', { class: 'inp', 'data-name': name, onchange: () => put(field, name, select.value) }, values.map(([value, words]) => option(value, words, String(field.properties?.[name] ?? ''))));
    return h('label', { class: 'field' }, h('span', {}, label), select);
  }

  function ofField(field) {
    const kinds = TYPES[field.type] ?? [], of = field.properties ?? {}, parts = [h('h3', {}, field.label || field.dateLabel || field.key || field.id)];
    if (field.type === 'text') parts.push(line(field, 'cx.text.en', say('英文文字', 'English text'), { area: true }));
    else if (!['separator', 'spacer'].includes(field.type)) parts.push(line(field, 'cx.label.en', say('英文名称', 'English label')), line(field, 'cx.description.en', say('英文填写说明', 'English hint'), { area: true }));
    if (field.type === 'datetime') parts.push(line(field, 'cx.timeLabel.en', say('英文时间名称', 'English time label')));
    if (kinds.length) parts.push(choice(field, 'cx.type', say('填写的是', 'What is filled in'), [['', say('普通内容', 'Plain content')], ...kinds.map(kind => [kind, say(...TYPE_WORDS[kind])])]));
    if (['user', 'users', 'dept'].includes(of['cx.type'])) parts.push(line(field, 'cx.scope', say('所属单位', 'Of which unit'), { hint: say('unit 为办理单位；field:字段标识 为那个字段选的单位。', 'unit: the unit of the task; field:key: the unit chosen there.') }));
    if (field.values?.length) parts.push(english(field));
    if (field.type === 'datetime') parts.push(line(field, 'cx.notBefore', say('不早于', 'Not before'), { hint: say('today、case.limit、另一个日期字段，或 @"2026-12-31"。', 'today, case.limit, another date field, or @"2026-12-31".') }), line(field, 'cx.notAfter', say('不晚于', 'Not after')));
    if (field.type === 'dynamiclist') parts.push(line(field, 'cx.minRows', say('最少行数', 'Fewest rows')), line(field, 'cx.maxRows', say('最多行数', 'Most rows')), flag(field, 'cx.process', say('写入流程数据', 'Goes into the process data')));
    if (['checklist', 'taglist', 'filepicker'].includes(field.type)) parts.push(line(field, 'cx.maxItems', say('最多项数', 'Most items')));
    if (field.validate?.pattern) parts.push(line(field, 'cx.pattern.zh', say('格式不符时的中文提示', 'Chinese words for the pattern')), line(field, 'cx.pattern.en', say('格式不符时的英文提示', 'English words for the pattern')));
    if (field.key) parts.push(flag(field, 'cx.process', say('写入流程数据', 'Goes into the process data')), ['select', 'radio'].includes(field.type) ? flag(field, 'cx.outcome', say('作为办理结果，决定流程走向', 'Is the outcome, which decides the way')) : null);
    return parts;
  }

  function english(field) {
    const words = { ...field.properties?.['cx.options.en'] };
    return h('fieldset', { class: 'excl' }, h('legend', {}, say('选项的英文', 'English of the options')), field.values.map(one => {
      const input = h('input', { class: 'inp', value: words[one.value] ?? '', 'aria-label': say(`“${one.label}”的英文`, `English of ${one.label}`), onchange: () => { if (input.value.trim()) words[one.value] = input.value.trim(); else delete words[one.value]; put(field, 'cx.options.en', Object.keys(words).length ? { ...words } : undefined); } });
      return h('label', { class: 'prow' }, h('span', {}, one.label), input);
    }));
  }

  function ofForm(form) {
    return [h('h3', {}, say('整张表单', 'The form')), line(form, 'cx.title', say('表单名称', 'Title')), line(form, 'cx.title.en', say('英文名称', 'English title')),
      choice(form, 'cx.guard', say('含敏感信息时', 'Where the text guard hits'), [['', say('提醒（默认）', 'Warn (default)')], ['warn', say('提醒', 'Warn')], ['refuse', say('不予提交', 'Refuse')]]), rules(form)];
  }

  function rules(form) {
    const list = structuredClone(form.properties?.['cx.rules'] ?? []), save = () => { put(form, 'cx.rules', list.length ? list : undefined); };
    const redraw = () => { save(); shown = ''; body.contains(document.activeElement) && document.activeElement.blur(); show(canvas.field()); };
    return h('section', { class: 'rules' }, h('h3', {}, say('跨字段规则', 'Rules across fields')),
      list.map((rule, index) => h('fieldset', { class: 'rule' }, h('legend', {}, say(`规则 ${index + 1}`, `Rule ${index + 1}`)), 'feel' in rule ? feel(rule, save) : raw(list, index, save),
        h('button', { type: 'button', class: 'btn sm quiet', onclick: () => { list.splice(index, 1); redraw(); } }, icon('x'), say('删除规则', 'Delete rule')))),
      h('button', { type: 'button', class: 'btn sm', onclick: () => { list.push({ feel: '', zh: '', en: '', fields: [] }); redraw(); } }, say('添加规则', 'Add a rule')),
      h('p', { class: 'hint' }, say('规则写成 FEEL，成立才能提交。可用各字段的标识和 case、unit、period、today。', 'A rule is FEEL and must hold. It knows the keys of the fields and case, unit, period, today.')));
  }

  function feel(rule, save) {
    const of = (name, label, area) => {
      const input = h(area ? 'textarea' : 'input', { class: name === 'feel' ? 'inp mono' : 'inp', value: name === 'fields' ? (rule.fields ?? []).join(', ') : rule[name] ?? '', onchange: () => { rule[name] = name === 'fields' ? input.value.split(/[,，、\s]+/).filter(Boolean) : input.value.trim(); save(); } });
      return h('label', { class: 'field' }, h('span', {}, label), input);
    };
    return [of('feel', say('条件（FEEL）', 'Condition (FEEL)'), true), of('zh', say('不成立时的提示', 'Chinese message'), true), of('en', say('英文提示', 'English message'), true), of('fields', say('提示显示在哪些字段', 'Shown at the fields'))];
  }

  // The other kinds of rule (share, unique, each) as they stand in the file.
  function raw(list, index, save) {
    const told = h('span', { class: 'small t-yellow', role: 'status' });
    const area = h('textarea', { class: 'inp mono', rows: '6', value: JSON.stringify(list[index], null, 1), 'aria-label': say('规则内容', 'The rule'), onchange: () => {
      try { list[index] = JSON.parse(area.value); told.textContent = ''; save(); } catch { told.textContent = say('不是 JSON，没有保存。', 'No JSON; not kept.'); }
    } });
    return [area, told];
  }

  return { id: 'own', label: say('双语与流程', 'English, process'), build: element => { body = element; show(canvas.field()); }, show: () => show(canvas.field()), chosen: show };
}
