/* The wiring: what happens when a person writes, when the server speaks and when the line breaks. */
(function (app) {
  'use strict';
  const DRAFT = 'lianzhu.draft';
  const LARGE = 'lianzhu.large';
  const LONGEST = 20000; /* characters of one message that the server takes */
  const SILENCE = 40000; /* ms without a sign of life after which the stream is taken for dead */
  const field = document.getElementById('text');
  const large = document.getElementById('large');
  const { store, queue, view } = app;
  let lastId = 0;
  let source = null;
  let heardAt = 0;
  let failures = 0;
  let timer = 0;
  let loaded = false;
  let noticed = '';

  function notice(key) {
    noticed = key;
    document.getElementById('notice').textContent = key ? app.say(key) : '';
  }

  /* The past, and again until it comes: nothing is shown twice when it does. */
  async function load() {
    clearTimeout(timer);
    const past = await app.ask('/chat/history', {}, 30000);
    if (!Array.isArray(past)) {
      /* Opened anew while the server cannot tell the past: what waits here is shown, nobody need write it again. */
      queue.all().forEach((item) => said(item));
      return later(load);
    }
    loaded = true;
    failures = 0;
    notice('');
    past.forEach((line) => { lastId = line.direction === 'out' ? Math.max(lastId, line.id) : lastId; });
    const unsent = queue.all();
    view.begin(past.filter((line) => line.id !== 'hello'));
    unsent.forEach((item) => said(item));
    if (!past.length && !unsent.length) queue.add({ id: 'hello', text: '/start', hidden: true });
    queue.drain();
    return connect();
  }

  function later(work) {
    failures += 1;
    if (failures > 1 || !navigator.onLine) notice('offline');
    clearTimeout(timer);
    timer = setTimeout(work, app.pause(failures));
  }

  function connect() {
    close();
    /* A page nobody looks at saves the phone's battery and data; it catches up when it is looked at again. */
    if (document.hidden) return;
    source = new EventSource('/chat/events?after=' + lastId);
    heardAt = Date.now();
    source.onopen = () => {
      failures = 0;
      heard();
      notice('');
      queue.drain();
    };
    source.onmessage = (event) => receive(JSON.parse(event.data));
    source.addEventListener('beat', heard);
    source.onerror = () => {
      close();
      later(connect);
    };
  }

  function close() {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  }

  function heard() {
    heardAt = Date.now();
  }

  function receive(line) {
    heard();
    lastId = Math.max(lastId, line.id);
    view.wait(false);
    view.show(line);
  }

  /* Look again at once: the phone is back from sleep, from another page or from a dead spot. */
  function wake() {
    if (document.hidden) {
      close();
    } else if (!loaded) {
      load();
    } else {
      if (!source || Date.now() - heardAt > SILENCE) connect();
      queue.drain();
    }
  }

  /* A line of the person, from this tab or another one. */
  function said(item, blob) {
    if (item.hidden) return;
    view.show({
      id: item.id, direction: 'in', at: item.at, text: item.label || item.text || '', button: item.button || '',
      buttons: [], author: '', ticket: '', attachment: attached(item, blob)
    });
    view.setState(item.id, 'sending');
  }

  function attached(item, blob) {
    if (item.location) return Object.assign({ kind: 'location' }, item.location);
    if (!item.file) return null;
    return Object.assign({ url: blob ? URL.createObjectURL(blob) : '' }, item.file);
  }

  function send() {
    const text = field.value.slice(0, LONGEST);
    if (!text.trim()) return field.focus();
    field.value = '';
    store.remove(DRAFT);
    grow();
    return queue.add({ text });
  }

  function grow() {
    field.style.height = 'auto';
    field.style.height = field.scrollHeight + 2 + 'px';
  }

  function enlarge(on) {
    document.documentElement.classList.toggle('large', on);
    large.setAttribute('aria-pressed', String(on));
    grow();
    view.toEnd();
  }

  app.notice = notice;
  app.on('queued', (item, blob) => {
    said(item, blob);
    if (noticed !== 'offline' && noticed !== 'slow') notice('');
    view.toEnd();
    view.wait(true);
  });
  ['kept', 'refused', 'lost', 'oversized', 'unfit'].forEach((outcome) => {
    app.on(outcome, (item) => view.setState(item.id, outcome));
  });
  app.on('retrying', () => {
    queue.all().forEach((item) => view.setState(item.id, 'retrying'));
    view.wait(false);
  });
  app.on('slowed', () => {
    queue.all().forEach((item) => view.setState(item.id, 'retrying'));
    notice('slow');
    view.wait(false);
  });
  app.on('kept', () => { if (noticed === 'offline' || noticed === 'slow') notice(''); });
  app.on('pressed', (button) => queue.add({ button: button.key, label: button.label }));
  app.on('renewed', () => {
    lastId = 0;
    if (loaded) connect();
  });
  app.on('asks', (what) => {
    document.getElementById('speak').classList.toggle('asked', what === 'voice');
    document.getElementById('place').classList.toggle('asked', what === 'location');
  });

  document.getElementById('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener('input', () => {
    store.set(DRAFT, field.value);
    grow();
  });
  field.addEventListener('keydown', (event) => {
    /* On a phone the enter key makes a new line; with a keyboard it sends, but never in the middle of a pinyin word. */
    const typing = event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || typing || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    send();
  });
  large.addEventListener('click', () => {
    const on = large.getAttribute('aria-pressed') !== 'true';
    store.set(LARGE, on ? '1' : '');
    enlarge(on);
  });
  /* The word itself is said, so that the talk reads the same as when it is typed. */
  const help = document.getElementById('help');
  help.addEventListener('click', () => queue.add({ text: help.textContent }));
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', () => {
    notice('');
    wake();
  });
  window.addEventListener('pageshow', (event) => { if (event.persisted) wake(); });
  window.addEventListener('offline', () => notice('offline'));
  setInterval(() => { if (source && Date.now() - heardAt > SILENCE) connect(); }, 10000);

  document.getElementById('composer').hidden = false; /* without this script it could do nothing */
  field.value = store.get(DRAFT) || '';
  enlarge(store.get(LARGE) === '1');
  load();
})(window.lianzhu);
