// Runs in a page before its own scripts: notes what captions were on the screen and when, and when sound began.
// Times are milliseconds since 1970, as all processes of this machine count them.
(() => {
  const LOUD = 0.003;
  const LOOK_MS = 10;
  const connect = AudioNode.prototype.connect;
  window.noted = { captions: [], tapMs: null, soundMs: null };

  // The message arrives after the frame that holds the change was drawn.
  const drawn = new MessageChannel();
  drawn.port1.onmessage = ({ data }) => window.noted.captions.push({ atMs: Date.now(), pieces: data });
  const note = () => {
    const pieces = [...document.querySelectorAll("#lines .piece")];
    drawn.port2.postMessage(pieces.map((piece) => [piece.dataset.segment, piece.textContent]));
  };

  document.addEventListener("DOMContentLoaded", () => {
    const lines = document.getElementById("lines");
    new MutationObserver(note).observe(lines, { childList: true, characterData: true, subtree: true });
    document.getElementById("sound").addEventListener("click", () => (window.noted.tapMs = Date.now()), true);
  });

  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      const ear = new AnalyserNode(this.context, { fftSize: 1024 });
      const samples = new Float32Array(ear.fftSize);
      connect.call(this, ear);
      setInterval(() => {
        ear.getFloatTimeDomainData(samples);
        const isLoud = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length > LOUD * LOUD;
        if (isLoud) window.noted.soundMs ??= Date.now();
      }, LOOK_MS);
    }
    return connect.call(this, target, ...rest);
  };
})();
