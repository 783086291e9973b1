// What differs between two texts of a drawing, found in the browser: for revisions and for a text that came too late.
// Published versions are compared by the server, which says it in the words of the field.
import { say } from './words.js';

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL', silent = new Set(['incoming', 'outgoing', 'flowNodeRef', 'documentation']);
const labels = {
  name: ['名称', 'name'], 'cx:assign': ['办理人', 'people'], 'cx:form': ['表单', 'form'], 'cx:due': ['时限', 'deadline'], 'cx:remind': ['提醒', 'reminders'],
  'cx:ladder': ['升级', 'ladder'], 'cx:params': ['参数', 'parameters'], 'cx:protected': ['保护', 'protection'], 'cx:start': ['启动', 'start'], 'cx:decision': ['决策表', 'decision'], 'cx:result': ['结果变量', 'variable for the result'], 'cx:result-shape': ['结果形式', 'shape of the result'],
  'cx:state': ['状态', 'state'], 'cx:name-en': ['英文名称', 'English name'], sourceRef: ['起点', 'source'], targetRef: ['终点', 'target'], default: ['默认分支', 'default branch'],
  implementation: ['服务', 'service'], calledElement: ['调用的流程', 'called process'], text: ['内容', 'content'], documentation: ['说明', 'documentation']
};
const label = name => (labels[name] ? say(...labels[name]) : name);

/** [{ id, name, type, change: added|removed|changed|moved, words: [text] }] of going from `before` to `after`. */
export function differences(before, after) {
  const [old, now] = [before, after].map(read), found = [];
  for (const [id, one] of now) {
    const other = old.get(id);
    if (!other) found.push({ id, ...one, change: 'added', words: [] });
    else {
      const changed = [...new Set([...Object.keys(one.values), ...Object.keys(other.values)])].filter(key => one.values[key] !== other.values[key]);
      if (changed.length) found.push({ id, ...one, change: 'changed', words: changed.map(key => words(key, other.values[key], one.values[key])) });
      else if (one.place !== other.place) found.push({ id, ...one, change: 'moved', words: [] });
    }
  }
  for (const [id, one] of old) if (!now.has(id)) found.push({ id, ...one, change: 'removed', words: [] });
  return found.map(({ id, name, type, change, words: said }) => ({ id, name, type, change, words: said }));
}

const words = (key, from, to) => (key === 'text' || key === 'documentation'
  ? say(`${label(key)}有改动`, `${label(key)} changed`)
  : say(`${label(key)}：${from ?? '（无）'} → ${to ?? '（无）'}`, `${label(key)}: ${from ?? '(none)'} → ${to ?? '(none)'}`));

function read(xml) {
  const drawing = new DOMParser().parseFromString(xml, 'application/xml'), places = new Map(), found = new Map();
  for (const shape of drawing.querySelectorAll('[bpmnElement]')) {
    places.set(shape.getAttribute('bpmnElement'), [...shape.querySelectorAll(':scope > Bounds, :scope > waypoint')].map(point => ['x', 'y', 'width', 'height'].map(side => Math.round(Number(point.getAttribute(side)))).join()).join(' '));
  }
  for (const element of drawing.querySelectorAll('[id]')) {
    if (element.namespaceURI !== BPMN || !places.has(element.id) && element.localName !== 'process') continue;
    const values = Object.fromEntries([...element.attributes].filter(({ name }) => name !== 'id' && !name.startsWith('xmlns')).map(({ name, value }) => [name, value]));
    const inside = [...element.children].filter(child => !silent.has(child.localName) && !places.has(child.id) && !child.querySelector('[id]'));
    const text = inside.map(child => new XMLSerializer().serializeToString(child).replace(/\sxmlns(:\w+)?="[^"]*"/g, '').replace(/>\s+</g, '><').trim()).join('');
    const documentation = [...element.children].find(child => child.localName === 'documentation')?.textContent.trim();
    if (text && element.localName !== 'process') values.text = text;
    if (documentation) values.documentation = documentation;
    found.set(element.id, { name: element.getAttribute('name') ?? '', type: `bpmn:${element.localName[0].toUpperCase()}${element.localName.slice(1)}`, values, place: places.get(element.id) });
  }
  return found;
}
