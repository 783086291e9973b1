// Pages of supervisors: filters that ask for the page anew, and a page that fetches itself again.

// A choice asks for the page with what is set in its address, and with nothing else.
document.addEventListener('change', event => {
  const form = event.target.closest('form[data-auto]');
  if (!form) return;
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  location.assign(`${form.getAttribute('action')}${query.size ? `?${query}` : ''}`);
});

// One box ticks all of its list; without scripts each is ticked by itself.
document.addEventListener('change', event => {
  const all = event.target.closest('[data-tick]');
  if (all) for (const box of all.form.elements) if (box.name === all.dataset.tick) box.checked = all.checked;
});

// What could not be fetched again stays, and says so.
const stale = lost => {
  const note = document.querySelector('[data-stale]');
  if (note) note.hidden = !lost;
};
document.addEventListener('htmx:error', () => { if (document.querySelector('[data-live]')) stale(true); });
document.addEventListener('htmx:after:swap', () => stale(false));
