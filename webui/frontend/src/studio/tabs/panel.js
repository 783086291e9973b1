// The panel below the canvas: tabs as WAI-ARIA describes them. A tab draws itself when it is shown for the first time.
import { h } from '../dom.js';

/** tabs: [{ id, label, build(body), show?(), hide?() }]. Returns { open(id), count(id, text, tone) }. */
export function panel(host, tabs) {
  const list = h('div', { role: 'tablist', class: 'ptabs', 'aria-label': host.dataset.label });
  const parts = new Map();
  let current = null;
  for (const tab of tabs) {
    const count = h('b', {}), button = h('button', {
      type: 'button', role: 'tab', id: `tab-${tab.id}`, 'aria-controls': `panel-${tab.id}`, 'aria-selected': 'false', tabindex: '-1', onclick: () => open(tab.id)
    }, tab.label, count);
    const body = h('div', { role: 'tabpanel', id: `panel-${tab.id}`, 'aria-labelledby': `tab-${tab.id}`, class: 'pbody', tabindex: '0', hidden: true });
    parts.set(tab.id, { tab, button, body, count, built: false });
    list.append(button);
  }
  list.addEventListener('keydown', event => {
    const all = [...parts.keys()], at = all.indexOf(current);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    open(all[(next + all.length) % all.length]);
    parts.get(current).button.focus();
  });
  host.replaceChildren(list, ...[...parts.values()].map(part => part.body));

  function open(id) {
    if (current === id) return;
    const before = parts.get(current), now = parts.get(id);
    if (before) { before.tab.hide?.(); before.body.hidden = true; before.button.setAttribute('aria-selected', 'false'); before.button.tabIndex = -1; }
    current = id;
    if (!now.built) { now.tab.build(now.body); now.built = true; }
    now.body.hidden = false;
    now.button.setAttribute('aria-selected', 'true');
    now.button.tabIndex = 0;
    now.tab.show?.();
  }

  open(tabs[0].id);
  return {
    open,
    count: (id, text, tone = '') => { const { count } = parts.get(id); count.textContent = text; count.className = tone; }
  };
}
