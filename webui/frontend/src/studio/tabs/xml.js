// XML: the text of the drawing, to read, copy and download; whoever edits it gets the place of a mistake.
import { h } from '../dom.js';
import { say } from '../words.js';

export function xmlTab({ viewer, editable, file, read, replace, tell }) {
  let area = null, trouble = null, editing = false, tools = null;

  const refresh = async () => { if (area && !editing) area.value = await read(); };
  // In braces: a listener that returns something stops the event for all others.
  viewer.on('commandStack.changed', () => { if (area && !area.closest('[hidden]')) refresh(); });
  viewer.on('import.done', () => { refresh(); });

  function build(body) {
    area = h('textarea', { class: 'inp mono xml', readOnly: true, spellcheck: 'false', wrap: 'off', 'aria-label': say('流程图的 XML', 'XML of the drawing') });
    trouble = h('p', { class: 'err', role: 'alert' });
    tools = h('div', { class: 'pline' });
    body.replaceChildren(tools, trouble, area);
    draw();
  }

  function draw() {
    const button = (label, act, main) => h('button', { type: 'button', class: main ? 'btn sm pri' : 'btn sm', onclick: act }, label);
    tools.replaceChildren(...(editing ? [
      h('span', { class: 'small muted grow' }, say('改完后点“应用”：格式有误时指出所在的行，画布保持原样。', 'Then apply: a mistake is shown with its line, and the canvas stays as it was.')),
      button(say('放弃', 'Discard'), () => edit(false)), button(say('应用', 'Apply'), apply, true)
    ] : [
      button(say('复制', 'Copy'), copy), button(say('下载', 'Download'), async () => download(file, await read(), 'application/xml')),
      h('span', { class: 'grow' }), editable ? button(say('编辑 XML', 'Edit the XML'), () => edit(true)) : null
    ].filter(Boolean)));
  }

  function edit(on) {
    editing = on;
    area.readOnly = !on;
    trouble.textContent = '';
    draw();
    if (on) area.focus();
    else refresh();
  }

  async function copy() {
    try { await navigator.clipboard.writeText(area.value); } catch { area.select(); document.execCommand('copy'); }
    tell(say('已复制。', 'Copied.'));
  }

  async function apply() {
    const place = misplaced(area.value);
    if (place) { trouble.textContent = place.text; goTo(place.line); return; }
    try {
      await replace(area.value);
      edit(false);
      tell(say('已应用，可以撤销的步骤从此重新计算。', 'Applied; steps to undo begin anew here.'));
    } catch (error) {
      trouble.textContent = say(`无法画出：${error.message}`, `It cannot be drawn: ${error.message}`);
    }
  }

  function goTo(line) {
    const lines = area.value.split('\n'), from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
    area.scrollTop = Math.max(0, (line - 4) * 18);
  }

  return { id: 'xml', label: 'XML', build, show: refresh };
}

/** Where a text stops being XML: { line, text }; null when it is. */
export function misplaced(text) {
  const found = new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror');
  if (!found) return null;
  const [, line = '1', column = '1'] = found.textContent.match(/line (\d+) at column (\d+)/) ?? [];
  return { line: Number(line), text: say(`第 ${line} 行第 ${column} 列不是格式正确的 XML，请检查标签是否成对、引号是否闭合。`, `Line ${line}, column ${column} is not well-formed XML: check that tags and quotes are closed.`) };
}

/** Gives a file to the reader. */
export function download(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type })), link = h('a', { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
