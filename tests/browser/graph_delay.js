// Runs in a page before its own scripts: remote tracks are clicks, and each click is noted where it enters the page's
// sound graph and where it leaves for the loudspeaker, by the sample.
(() => {
  const BLOCK = 4096;
  const CLICK_EVERY_S = 0.25;
  const LOUD = 0.1;
  const connect = AudioNode.prototype.connect;
  const taps = new WeakMap();
  window.clicks = { in: [], out: [], rate: 0, baseS: 0, outputS: 0 };

  /** Two inputs that are recorded side by side: what enters the graph, and what leaves it. */
  function tapOf(context) {
    if (!taps.has(context)) {
      const merger = context.createChannelMerger(2);
      const recorder = context.createScriptProcessor(BLOCK, 2, 1);
      let begin = 0;
      recorder.onaudioprocess = ({ inputBuffer }) => {
        note(clicks.in, inputBuffer.getChannelData(0), begin);
        note(clicks.out, inputBuffer.getChannelData(1), begin);
        begin += BLOCK;
        Object.assign(clicks, { rate: context.sampleRate, baseS: context.baseLatency, outputS: context.outputLatency });
      };
      connect.call(merger, recorder);
      connect.call(recorder, context.destination); // its output is silence; without it, it would not run
      taps.set(context, merger);
    }
    return taps.get(context);
  }

  function note(found, samples, begin) {
    samples.forEach((sample, index) => {
      if (Math.abs(sample) > LOUD) found.push(begin + index);
    });
  }

  AudioContext.prototype.createMediaStreamSource = function () {
    const buffer = this.createBuffer(1, CLICK_EVERY_S * this.sampleRate, this.sampleRate);
    buffer.getChannelData(0)[0] = 0.5;
    const source = new AudioBufferSourceNode(this, { buffer, loop: true });
    connect.call(source, tapOf(this), 0, 0);
    source.start();
    return source;
  };

  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) connect.call(this, tapOf(this.context), 0, 1);
    return connect.call(this, target, ...rest);
  };
})();
