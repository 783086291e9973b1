// 数据: what a data object and a data store are called, and under which name a step knows what flows along an association.
import { cx } from '../cx.js';
import { say } from '../words.js';
import { formal } from './expressions.js';

const VARIABLE = /^[\p{L}_][\p{L}\p{N}_]*$/u, PLACEHOLDER = '__targetRef_placeholder';
const is = (...types) => bo => types.includes(bo.$type.replace('bpmn:', ''));
const badName = () => say('名称以字母开头，只含字母、数字和下划线，图中不得重复。', 'A name begins with a letter, holds letters, digits and underscores, and stands once in the drawing.');

export const object = {
  id: 'object', label: () => say('数据', 'Data'), applies: is('DataObjectReference'), filled: bo => Boolean(bo.dataObjectRef),
  fields: ({ bo, f, setOn, element, isFree, say: tell }) => [f.text({
    name: 'variable', label: say('变量名', 'Variable'), value: bo.dataObjectRef?.id, mono: true,
    hint: say('脚本、条件和表单按此名读写；画在子流程中的只在其中有效。', 'Scripts, conditions and forms use this name; in a sub-process it is known there only.'),
    change: id => (VARIABLE.test(id) && isFree(id) ? setOn(bo.dataObjectRef, { id }, element) : tell(badName()))
  })]
};

export const store = {
  id: 'store', label: () => say('数据存储', 'Data store'), applies: is('DataStoreReference'), filled: bo => Boolean(bo.dataStoreRef),
  fields: ({ bo, f, set, roots, addRoot, isFree, say: tell }) => {
    const known = roots('bpmn:DataStore');
    const choose = id => {
      const found = known.find(item => item.id === id);
      if (!id || found) set({ dataStoreRef: found });
      else if (VARIABLE.test(id) && isFree(id)) set({ dataStoreRef: addRoot('bpmn:DataStore', { id, name: bo.name }) });
      else tell(badName());
    };
    return [
      f.text({
        name: 'store', label: say('存储编号', 'Store'), value: bo.dataStoreRef?.id, mono: true, list: known.map(item => item.id), change: choose,
        hint: say('编号相同的存储，所有流程的事项共用；不填则用本元素的编号。', 'Cases of all processes share the store of that id; empty: the id of this element.')
      }),
      f.text({
        name: 'key', label: say('键', 'Key'), value: cx(bo, 'key'), mono: true, change: text => set({ 'cx:key': text || undefined }),
        hint: say('算出键的表达式，如 unit；不填则只存一个值。', 'An expression such as unit; empty: the store holds one value.')
      })
    ];
  }
};

const inside = (bo, element) => (bo.$type === 'bpmn:DataInputAssociation' ? element.target : element.source)?.businessObject;
const end = bo => (bo.$type === 'bpmn:DataInputAssociation' ? bo.targetRef : bo.sourceRef?.[0]);
const named = item => (item?.name && item.name !== PLACEHOLDER ? item.name : '');

export const association = {
  id: 'association', label: () => say('数据关联', 'Data association'), applies: is('DataInputAssociation', 'DataOutputAssociation'),
  filled: bo => Boolean(named(end(bo)) || bo.transformation),
  fields: ({ bo, f, set, setOn, create, element, say: tell }) => {
    const comes = bo.$type === 'bpmn:DataInputAssociation', step = inside(bo, element), item = end(bo);
    const call = name => {
      if (name && !VARIABLE.test(name)) return tell(badName());
      if (item?.$type === 'bpmn:Property') return setOn(item, { name: name || PLACEHOLDER }, element);
      if (comes || !name || !step) return null;
      const known = (step.properties ?? []).find(one => one.name === name) ?? own(name);
      return setOn(bo, { sourceRef: [known] }, element);
    };
    const own = name => {
      const made = create('bpmn:Property', { id: `${step.id}.${name}`, name }, step);
      setOn(step, { properties: [...(step.properties ?? []), made] }, comes ? element.target : element.source);
      return made;
    };
    return [
      item && item.$type !== 'bpmn:Property' ? f.note(say(`环节中的名称：${item.name ?? item.id}`, `Name in the step: ${item.name ?? item.id}`)) : f.text({
        name: 'inner', label: say('在环节中的名称', 'Name in the step'), value: named(item), mono: true, change: call,
        hint: comes ? say('环节以此名看到数据；不填则沿用原名。', 'The step sees the data under this name; empty: their own.') : say('办结时，此名的值写回；不填则沿用原名。', 'Its value is written back when the step ends; empty: the same name.')
      }),
      f.text({
        name: 'transformation', label: say('取值表达式', 'Expression'), value: bo.transformation?.body, mono: true,
        hint: say('不填则原样传递；如 total * 2。', 'Empty: the value as it is; such as total * 2.'),
        change: body => set({ transformation: formal(create, bo.transformation, body, bo) })
      })
    ];
  }
};
