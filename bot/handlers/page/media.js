/* Photos, the voice and the place: each with a friendly way out when the phone can't or the person won't. */
(function (app) {
  'use strict';
  const BIG = 1.5 * 1024 * 1024; /* bytes above which a photo is made smaller */
  const SIDE = 1600; /* px of the longer side after that */
  const LIMIT = 10 * 1024 * 1024; /* bytes the server keeps */
  const LONGEST = 180; /* seconds of one recording */
  const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm'];
  const part = (id) => document.getElementById(id);
  let recorder = null;
  let opener = null; /* what had the focus before a panel took the writing's place */

  function panel(shown) {
    const next = shown === 'writing' ? opener : part(shown).querySelector('button.strong');
    opener = shown === 'writing' ? null : document.activeElement;
    ['writing', 'pictures', 'recording'].forEach((id) => { part(id).hidden = id !== shown; });
    if (next) next.focus();
  }

  function sendFile(kind, blob, name, seconds) {
    if (blob.size > LIMIT) return app.notice('oversized');
    if (!blob.size) return undefined;
    return app.queue.add({ file: { kind, name: name || '', seconds: seconds || 0 } }, blob);
  }

  async function picked(input) {
    const file = input.files[0];
    if (!file) return;
    panel('writing');
    const kind = input.id === 'recorder' ? 'voice' : /^video\//.test(file.type) ? 'video' : 'photo';
    const blob = kind === 'photo' && file.size > BIG ? await smaller(file) : file;
    input.value = '';
    sendFile(kind, blob, file.name);
  }

  /* The photo at most 1600 px wide or high; the original wherever anything about that fails. */
  async function smaller(file) {
    /* Older browsers draw a photo without turning it upright, and the canvas then forgets which way up it was. */
    if (!(window.CSS && CSS.supports('image-orientation', 'from-image'))) return file;
    try {
      const picture = await load(file);
      const scale = Math.min(1, SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
      const canvas = document.createElement('canvas');
      canvas.width = Math.round(picture.naturalWidth * scale);
      canvas.height = Math.round(picture.naturalHeight * scale);
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.82));
      return made && made.size < file.size ? made : file;
    } catch (e) { return file; }
  }

  function load(file) {
    return new Promise((done, failed) => {
      const picture = new Image();
      const url = URL.createObjectURL(file);
      picture.onload = () => { URL.revokeObjectURL(url); done(picture); };
      picture.onerror = () => { URL.revokeObjectURL(url); failed(new Error('unreadable')); };
      picture.src = url;
    });
  }

  async function speak() {
    const devices = navigator.mediaDevices;
    if (!window.MediaRecorder || !devices || !devices.getUserMedia) {
      part('recorder').click();
      return;
    }
    if (recorder) return;
    recorder = {};
    try {
      record(await devices.getUserMedia({ audio: true }));
    } catch (e) {
      recorder = null;
      app.notice('voiceless');
    }
  }

  function record(stream) {
    const type = TYPES.find((name) => MediaRecorder.isTypeSupported(name));
    const machine = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 32000 } : undefined);
    const taken = { machine, pieces: [], begun: Date.now(), wanted: true };
    machine.ondataavailable = (event) => taken.pieces.push(event.data);
    machine.onstop = () => finished(taken, stream);
    machine.start(1000);
    recorder = taken;
    app.notice('');
    panel('recording');
    taken.ticking = setInterval(tick, 250, taken);
    tick(taken);
  }

  function tick(taken) {
    const seconds = Math.floor((Date.now() - taken.begun) / 1000);
    const time = Math.floor(seconds / 60) + ':' + ('0' + seconds % 60).slice(-2);
    part('timer').textContent = app.say('recording', { time });
    if (seconds >= LONGEST) stop(true);
  }

  function stop(wanted) {
    if (!recorder || !recorder.machine || recorder.machine.state === 'inactive') return;
    recorder.wanted = wanted;
    recorder.machine.stop();
  }

  function finished(taken, stream) {
    clearInterval(taken.ticking);
    stream.getTracks().forEach((track) => track.stop());
    recorder = null;
    panel('writing');
    const seconds = Math.max(1, Math.round((Date.now() - taken.begun) / 1000));
    const type = (taken.machine.mimeType || 'audio/webm').split(';')[0];
    if (taken.wanted) sendFile('voice', new Blob(taken.pieces, { type }), '', seconds);
  }

  function locate() {
    if (!navigator.geolocation) return app.notice('placeless');
    app.notice('locating');
    const options = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };
    return navigator.geolocation.getCurrentPosition((found) => {
      app.notice('');
      const at = found.coords;
      app.queue.add({ location: { latitude: at.latitude, longitude: at.longitude } });
    }, () => app.notice('placeless'), options);
  }

  ['camera', 'album', 'recorder'].forEach((id) => part(id).addEventListener('change', () => picked(part(id))));
  part('photo').addEventListener('click', () => panel('pictures'));
  part('take').addEventListener('click', () => part('camera').click());
  part('choose').addEventListener('click', () => part('album').click());
  part('dismiss').addEventListener('click', () => panel('writing'));
  part('speak').addEventListener('click', speak);
  part('finish').addEventListener('click', () => stop(true));
  part('discard').addEventListener('click', () => stop(false));
  part('place').addEventListener('click', locate);
})(window.lianzhu);
