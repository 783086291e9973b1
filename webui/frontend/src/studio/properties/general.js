// 常规, 表单, 启动: names in both languages, documentation, forms, and what begins other work.
import { chinese } from '../../i18n/translate.js';
import { cx } from '../cx.js';
import { h } from '../dom.js';
import { say } from '../words.js';

const documentation = bo => bo.documentation?.[0]?.text ?? '';
const named = bo => !['bpmn:TextAnnotation', 'bpmn:Association', 'bpmn:Group'].includes(bo.$type);
const ID = /^[A-Za-z_][\w.-]*$/;

export const general = {
  id: 'general', label: () => say('常规', 'General'), applies: () => true, filled: () => true,
  fields: ({ bo, f, set, setOn, create, element, say: tell, isFree }) => {
    const process = bo.$type === 'bpmn:Participant' ? bo.processRef : null, owner = process ?? bo;
    const other = bo.$type === 'bpmn:Lane' || bo.$instanceOf('bpmn:FlowNode') || bo.$type === 'bpmn:Process' || process;
    return [
      bo.$type === 'bpmn:TextAnnotation' ? f.area({ name: 'text', label: say('注释文字', 'Text'), value: bo.text, change: text => set({ text }) }) : null,
      named(bo) ? f.area({ name: 'name', label: say('名称', 'Name'), value: bo.name, rows: 2, change: name => set({ name: name.trim() || undefined }) }) : null,
      other ? f.text({
        name: 'name-en', label: chinese ? '英文名称' : 'Chinese name', value: cx(owner, 'name-en'), change: text => setOn(owner, { 'cx:name-en': text || undefined })
      }) : null,
      f.text({
        name: 'id', label: say('编号', 'Id'), value: owner.id, mono: true, hint: say('字母、数字和下划线；在办事项和表单按它找到环节。', 'Letters, digits, underscores; cases and forms find the step by it.'),
        change: id => (ID.test(id) && isFree(id) ? setOn(owner, { id }) : tell(say('编号须以字母开头，且图中不得重复。', 'An id begins with a letter and stands once in the drawing.')))
      }),
      bo.$instanceOf('bpmn:FlowNode') ? f.text({
        name: 'state', label: say('到达后事项状态', 'State of the case on arrival'), value: cx(bo, 'state'), hint: say('如“整改中”；不填则不变。', 'Empty: it stays as it was.'), change: text => set({ 'cx:state': text || undefined })
      }) : null,
      f.area({
        name: 'documentation', label: say('说明', 'Documentation'), value: documentation(owner), rows: 4, hint: say('英文写在以“EN:”开头的行。', 'Lines that begin with "EN:" are the English.'),
        change: text => setOn(owner, { documentation: text.trim() ? [create('bpmn:Documentation', { text: text.trim() }, owner)] : [] }, element)
      })
    ];
  }
};

export const form = {
  id: 'form', label: () => say('表单', 'Form'), applies: bo => ['bpmn:UserTask', 'bpmn:ManualTask'].includes(bo.$type),
  filled: bo => Boolean(cx(bo, 'form')), fields: panel => formPicker(panel, say('不填表，提交即办结', 'No form: submitting completes it'))
};

function formPicker({ bo, f, set, choices }, empty) {
  const key = cx(bo, 'form'), found = choices.forms.find(item => item.key === key);
  const options = choices.forms.map(item => ({ value: item.key, label: `${item.key} ${item.name ?? ''}${item.version ? ` v${item.version}` : ''}` }));
  const change = value => set({ 'cx:form': value || undefined });
  return [
    options.length ? f.select({ name: 'form', label: say('表单', 'Form'), value: key, options, empty, change })
      : f.text({ name: 'form', label: say('表单', 'Form'), value: key, mono: true, change }),
    found?.fields?.length ? h('details', { class: 'formfields' }, h('summary', {}, say(`${found.fields.length} 个字段`, `${found.fields.length} fields`)),
      h('ul', {}, found.fields.map(item => h('li', {}, h('code', {}, item.key), ' ', item.label ?? '')))) : null
  ];
}

const shapes = {
  singleEntry: () => say('一条规则的一个值', 'One value of one rule'), singleResult: () => say('一条规则的各项结果', 'The outputs of one rule'),
  collectEntries: () => say('值的列表', 'A list of values'), resultList: () => say('各项结果的列表', 'A list of outputs')
};

/** Into which variable the result of a decision goes, and in which shape. */
function result({ bo, f, set }) {
  const variable = cx(bo, 'result');
  return [
    f.text({
      name: 'result', label: say('结果变量', 'Variable for the result'), value: variable, mono: true, hint: say('不填则各项结果按各自名称存入。', 'Empty: each output under its own name.'),
      change: text => set({ 'cx:result': text || undefined, ...(text ? {} : { 'cx:result-shape': undefined }) })
    }),
    variable ? f.select({
      name: 'result-shape', label: say('结果形式', 'Shape of the result'), value: cx(bo, 'result-shape'), empty: say('原样', 'As it is'),
      options: Object.entries(shapes).map(([value, label]) => ({ value, label: label() })), change: value => set({ 'cx:result-shape': value || undefined })
    }) : null
  ];
}

const starts = ['bpmn:StartEvent', 'bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:BusinessRuleTask', 'bpmn:CallActivity'];
const SERVICE = 'urn:changxiao:service:';

export const start = {
  id: 'start', label: () => say('启动', 'Start'), applies: bo => starts.includes(bo.$type),
  filled: bo => ['form', 'start', 'decision'].some(name => cx(bo, name)) || Boolean(bo.calledElement || bo.implementation),
  fields: panel => {
    const { bo, f, set, choices } = panel;
    const processes = choices.processes.map(item => ({ value: item.key, label: `${item.key} ${item.name ?? ''}` }));
    const process = (name, label, value, change, hint) => (processes.length
      ? f.select({ name, label, value, options: processes, empty: '—', change, hint }) : f.text({ name, label, value, mono: true, change, hint }));
    if (bo.$type === 'bpmn:StartEvent') return formPicker(panel, say('不填表，直接发起', 'No form: begun at once'));
    if (bo.$type === 'bpmn:CallActivity') return [process('called', say('调用的流程', 'Called process'), bo.calledElement, value => set({ calledElement: value || undefined }), say('办完后回到本流程。', 'This process goes on when it has ended.'))];
    const params = f.text({ name: 'params', label: say('参数', 'Parameters'), value: cx(bo, 'params'), mono: true, hint: say('名称=值,名称=值（英文逗号）', 'name=value,name=value'), change: text => set({ 'cx:params': text || undefined }) });
    if (bo.$type === 'bpmn:BusinessRuleTask') {
      const options = choices.decisions.map(item => ({ value: item.id, label: `${item.id} ${item.name ?? ''}` }));
      const change = value => set({ 'cx:decision': value || undefined });
      return [options.length ? f.select({ name: 'decision', label: say('决策表', 'Decision table'), value: cx(bo, 'decision'), options, empty: '—', change })
        : f.text({ name: 'decision', label: say('决策表', 'Decision table'), value: cx(bo, 'decision'), mono: true, change }), ...result(panel), params];
    }
    const name = (bo.implementation ?? '').replace(SERVICE, '').replace(/^##.*/, '');
    const services = choices.services.map(item => ({ value: item.value.replace(SERVICE, ''), label: item.label ?? item.value }));
    const service = value => set({ implementation: value ? SERVICE + value : undefined, 'cx:start': undefined });
    return [
      services.length ? f.select({ name: 'service', label: say('服务', 'Service'), value: name, options: services, empty: '—', change: service })
        : f.text({ name: 'service', label: say('服务', 'Service'), value: name, mono: true, change: service }),
      process('start', say('或另行启动流程', 'Or start a process'), cx(bo, 'start'), value => set({ 'cx:start': value || undefined, ...(value ? { implementation: undefined } : {}) }), say('另立一件，本流程不等待。', 'A case of its own; this one does not wait.')),
      params
    ];
  }
};
