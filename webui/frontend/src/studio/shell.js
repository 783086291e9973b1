// What the editors of decisions and forms share: the lock, saving, what was kept on this machine, conflicts, import and export.
import { Problem, send } from '../http.js';
import { ask } from './dom.js';
import { banners } from './banners.js';
import { Keeping } from './keeping.js';
import { clock, say } from './words.js';

/** 1024 px and more: below that an editor is only looked at. */
export const wide = () => matchMedia('(min-width: 1024px)').matches;

/**
 * editor: { fetch(): Promise<{ content, rev }>, read(): Promise<content>, load(content), write(content, rev), undo(), redo(),
 * fromFile(text): content, or throws with words, exported(): [{ name, type, text }] }. `content` is a text of the editor's own.
 */
export async function shell(root, editor) {
  const { designId: id, state: condition } = root.dataset;
  const part = name => root.querySelector(`[data-${name}]`), notes = banners(root);
  const keeping = new Keeping({ id, rev: 0, read: editor.read, write: editor.write, events: { state: saying, conflict, lost } });
  const editable = wide() && condition === 'editing' && await holding();
  const fetched = await editor.fetch();
  keeping.rev = fetched.rev;
  if (!editable) root.querySelectorAll('[data-writes]').forEach(one => { one.hidden = true; });

  async function begin() {
    await editor.load(fetched.content, editable);
    if (editable) await recover();
    act('save', () => keeping.save());
    act('undo', () => editor.undo());
    act('redo', () => editor.redo());
    act('export', () => editor.exported().forEach(({ name, type, text }) => download(name, type, text)));
    act('publish', publish);
    part('import')?.addEventListener('change', event => { const [file] = event.target.files; event.target.value = ''; if (file) importFile(file); });
    document.addEventListener('keydown', event => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') { event.preventDefault(); if (editable) keeping.save(); }
    });
    root.dataset.ready = '';
  }

  function act(name, doing) { root.querySelectorAll(`[data-act=${name}]`).forEach(button => button.addEventListener('click', doing)); }

  async function holding() {
    try { await keeping.hold(); return true; } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'design_locked') notes.locked(error.facts, takeOver);
      else notes.show('warn', error.detail);
      return false;
    }
  }

  async function takeOver() {
    try { await send('POST', `/api/v1/designs/${id}/lock`, { take_over: true }); location.reload(); } catch (error) {
      if (error.code === 'design_locked') notes.locked(error.facts, takeOver);
      else notes.show('warn', error.detail || say('网络中断，请稍后再试。', 'The connection is lost; try again later.'));
    }
  }

  function saying({ kind, at, kept, text: words }) {
    const line = part('saved');
    line.textContent = {
      dirty: say('有改动，即将保存', 'Changed, to be saved'), saving: say('正在保存…', 'Saving…'), saved: say(`已保存 ${clock(at)}`, `Saved at ${clock(at)}`),
      offline: kept ? say('未保存：连接中断，已存本机', 'Not saved: no connection; kept on this machine') : say('未保存：连接中断', 'Not saved: no connection'),
      failed: say('未保存：服务暂时不可用，将自动重试', 'Not saved: the service is not available; it is tried again'), refused: words
    }[kind];
    line.dataset.kind = kind;
  }

  async function recover() {
    const kept = keeping.kept();
    if (!kept || kept.xml === fetched.content) return keeping.forget();
    if (kept.rev === fetched.rev) {
      await editor.load(kept.xml, editable);
      keeping.changed();
      notes.show('info', say(`已恢复本机在 ${clock(kept.at)} 保存的改动，正在送回。`, `What this machine kept at ${clock(kept.at)} is back and is being sent.`));
      return keeping.save();
    }
    return choose(kept.xml, say('连接中断期间，草稿在别处有了新的保存', 'The draft was saved elsewhere while the connection was cut'));
  }

  async function conflict(problem) {
    const { name = '', rev } = problem.facts;
    await choose(await editor.read(), say(`${name}保存了新的修订 ${rev}，你的内容没有覆盖它，也没有丢失`, `${name} saved revision ${rev}; yours did not replace it, and is not lost`));
  }

  async function choose(mine, title) {
    const theirs = await editor.fetch();
    const words = [say('选“采用我的”会在其后另存一个修订；选“采用已保存的”，你的内容仍可在“修订”中找到并对比。', '"Use mine" saves it as a further revision; with "Use what is saved" yours stays among the revisions, where both can be compared.')];
    const answer = await ask(title, words, [['theirs', say('采用已保存的', 'Use what is saved')], ['mine', say('采用我的', 'Use mine')]]);
    keeping.forget();
    keeping.stopped = false;
    keeping.rev = theirs.rev;
    keeping.saved = keeping.changes;
    await editor.load(answer === 'mine' ? mine : theirs.content, editable);
    if (!keeping.holding) await keeping.hold().catch(error => lost(error));
    if (answer === 'mine') { keeping.changed(); await keeping.save(); } else saying({ kind: 'saved', at: null });
  }

  function lost(problem) {
    notes.locked(problem.facts, takeOver, say('你的编辑已中断，之后的改动存在本机，接手后可以恢复。', 'Your editing was interrupted; what came after is kept on this machine and can be brought back.'));
    part('canvas').inert = true;
  }

  async function importFile(file) {
    const before = await editor.read();
    try {
      await editor.load(editor.fromFile(await file.text()), editable);
      keeping.changed();
      notes.show('info', say(`已导入“${file.name}”。导入前的内容在“修订”中。`, `"${file.name}" is imported. What was there before is among the revisions.`));
    } catch (error) {
      await editor.load(before, editable);
      notes.show('err', say(`未导入“${file.name}”：${error.message}`, `"${file.name}" was not imported: ${error.message}`));
    }
  }

  async function publish() {
    await keeping.save();
    if (keeping.dirty) return notes.show('warn', say('草稿还没有保存，保存后才能发布。', 'The draft is not saved yet; it is published once it is.'));
    location.assign(`/design/publish/${id}`);
  }

  return { id, editable, keeping, notes, act, begin, changed: () => { if (editable) keeping.changed(); } };
}

/** The text of a draft over REST, with its revision. */
export async function fetchText(id, name = 'text') {
  const answer = await fetch(`/api/v1/designs/${id}/${name}`, { credentials: 'same-origin' });
  if (!answer.ok) throw new Problem(answer.status, {});
  return { text: await answer.text(), rev: Number((answer.headers.get('ETag') ?? '').replace(/\D/g, '')) };
}

/** Saves the parts { text, cases? } as the next revision of `rev`. */
export function putText(id, parts, rev) {
  return send('PUT', `/api/v1/designs/${id}/text`, formOf(parts), { 'If-Match': `"${rev}"` });
}

/** As files: line ends of plain fields would be changed on the way. */
export function formOf(parts) {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.set(name, new Blob([value]), name);
  return form;
}

function download(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
