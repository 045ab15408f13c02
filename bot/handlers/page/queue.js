/* What the person said and the server has not yet kept. Every item has its own key in localStorage and keeps its id
   for good, so a reload, a second tab or a repeated try never loses a word and never doubles one. */
(function (app) {
  'use strict';
  const PREFIX = 'lianzhu.queue.';
  const ADOPT_AFTER = 20000; /* ms; until then the tab that made an item sends it */
  const REFUSALS = ['malformed', 'empty', 'too-large'];
  const spare = {}; /* where the browser keeps nothing, the page at least does */
  const tab = own();
  let newest = 0;
  let busy = false;
  let failures = 0;
  let timer = 0;
  let patience = 0; /* ms that the server asked to wait, because too much came at once */

  const store = {
    get(key) {
      try { return localStorage.getItem(key); } catch (e) { return key in spare ? spare[key] : null; }
    },
    set(key, value) {
      try { localStorage.setItem(key, value); } catch (e) { spare[key] = value; }
    },
    remove(key) {
      delete spare[key];
      try { localStorage.removeItem(key); } catch (e) { /* it was never there */ }
    },
    keys() {
      const found = Object.keys(spare);
      try {
        for (let i = 0; i < localStorage.length; i += 1) found.push(localStorage.key(i));
      } catch (e) { /* only the spare ones, then */ }
      return found;
    }
  };

  function own() {
    try {
      const name = sessionStorage.getItem('lianzhu.tab') || unique();
      sessionStorage.setItem('lianzhu.tab', name);
      return name;
    } catch (e) { return unique(); }
  }

  function unique() {
    const parts = crypto.getRandomValues(new Uint32Array(3));
    return Date.now().toString(36) + '-' + Array.from(parts, (n) => n.toString(36)).join('');
  }

  /* Photos and recordings wait in IndexedDB, since localStorage holds only text. */
  const held = {};
  const blobs = {
    put(id, blob) { held[id] = blob; return shelf('readwrite', (s) => s.put(blob, id)); },
    get(id) { return held[id] || shelf('readonly', (s) => s.get(id)); },
    remove(id) { delete held[id]; return shelf('readwrite', (s) => s.delete(id)); }
  };

  /* Nobody waits for long: in some browsers' private windows the shelf never answers. */
  function shelf(mode, work) {
    return new Promise((done) => {
      setTimeout(done, 5000);
      try {
        const opening = indexedDB.open('lianzhu', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('blobs');
        opening.onerror = () => done(undefined);
        opening.onsuccess = () => {
          const base = opening.result;
          const deed = base.transaction('blobs', mode);
          const request = work(deed.objectStore('blobs'));
          deed.oncomplete = () => { base.close(); done(request.result); };
          deed.onerror = deed.onabort = () => { base.close(); done(undefined); };
        };
      } catch (e) { done(undefined); }
    });
  }

  function all() {
    return store.keys().filter((key) => key.indexOf(PREFIX) === 0).map((key) => parse(store.get(key)))
      .filter(Boolean).sort((a, b) => a.at - b.at);
  }

  function parse(text) {
    try { return JSON.parse(text); } catch (e) { return null; }
  }

  function add(item, blob) {
    newest = Math.max(Date.now(), newest + 1);
    item.id = item.id || unique();
    item.at = newest;
    item.tab = tab;
    app.emit('queued', item, blob);
    if (blob) blobs.put(item.id, blob);
    store.set(PREFIX + item.id, JSON.stringify(item));
    return drain();
  }

  function forget(item) {
    store.remove(PREFIX + item.id);
    if (item.file) blobs.remove(item.id);
  }

  async function drain() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    let stuck;
    try { stuck = await empty(); } finally { busy = false; }
    if (stuck) {
      failures += 1;
      app.emit(patience ? 'slowed' : 'retrying', stuck);
    }
    const rest = patience ? patience : app.pause(failures);
    if (all().length) timer = setTimeout(drain, stuck ? rest : 5000);
  }

  /* Sends one item after the other; the one that has to wait, or null when none is left. */
  async function empty() {
    let item = due();
    while (item) {
      const outcome = await deliver(item);
      if (outcome === 'again') return item;
      failures = 0;
      forget(item);
      app.emit(outcome, item);
      item = due();
    }
    return null;
  }

  function due() {
    return all().find((item) => item.tab === tab || Date.now() - item.at > ADOPT_AFTER);
  }

  /* 'kept', 'refused', 'oversized', 'unfit', 'lost', or 'again' for whatever may be otherwise in a while. */
  async function deliver(item) {
    const blob = item.file && await blobs.get(item.id);
    if (item.file && !blob) return 'lost';
    const answer = await app.ask(item.file ? place(item) : '/chat/messages', item.file ? {
      method: 'POST', body: blob, headers: { 'Content-Type': blob.type || 'application/octet-stream' }
    } : {
      method: 'POST', body: JSON.stringify(body(item)), headers: { 'Content-Type': 'application/json' }
    }, item.file ? 180000 : 30000);
    patience = answer.error === 'slow' ? (answer.seconds || 5) * 1000 : 0;
    if (answer.ok === true) return 'kept';
    if (answer.error === 'too-large') return 'oversized';
    if (answer.error === 'unfit') return 'unfit';
    return REFUSALS.indexOf(answer.error) < 0 ? 'again' : 'refused';
  }

  function place(item) {
    const said = { id: item.id, kind: item.file.kind, name: item.file.name, seconds: item.file.seconds };
    return '/chat/files?' + Object.keys(said).map((key) => key + '=' + encodeURIComponent(said[key])).join('&');
  }

  function body(item) {
    return { id: item.id, text: item.text, button: item.button, location: item.location };
  }

  window.addEventListener('storage', (change) => {
    if (!change.key || change.key.indexOf(PREFIX) !== 0) return;
    const item = parse(change.newValue || change.oldValue);
    if (item) app.emit(change.newValue ? 'queued' : 'kept', item);
  });

  app.store = store;
  app.queue = { add, all, drain };
})(window.lianzhu);
