// Runs in a page before its own scripts: records what its sound graph sends to the loudspeaker, each source by itself.
(() => {
  // Large, so that nothing is lost while the page is busy. (A worklet would need to be let through the pages'
  // Content-Security-Policy, which is under test too.)
  const BLOCK = 16384;
  const connect = AudioNode.prototype.connect;
  window.recordings = [];

  function record(node) {
    const { context } = node;
    const recorder = context.createScriptProcessor(BLOCK, 1, 1);
    const recording = { rate: context.sampleRate, recorder, blocks: [] };
    recorder.onaudioprocess = ({ inputBuffer, playbackTime }) => {
      const frame = Math.round(playbackTime * context.sampleRate);
      recording.blocks.push({ frame, atMs: Date.now(), samples: inputBuffer.getChannelData(0).slice() });
    };
    window.recordings.push(recording);
    connect.call(node, recorder);
    connect.call(recorder, context.destination); // its output is silence; without it, it would not run
  }

  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) record(this);
    return connect.call(this, target, ...rest);
  };

  // The recordings so far: 16-bit samples in base64, and the frame of the context's clock at which they begin.
  window.takeRecordings = () =>
    window.recordings
      .filter(({ blocks }) => blocks.length > 0)
      .map(({ rate, blocks }) => {
        const begin = blocks[0].frame;
        const samples = new Int16Array(blocks.at(-1).frame + BLOCK - begin);
        for (const block of blocks) {
          const scaled = block.samples.map((sample) => Math.max(-1, Math.min(1, sample)) * 32767);
          samples.set(Int16Array.from(scaled), block.frame - begin);
        }
        const bytes = new Uint8Array(samples.buffer);
        let text = "";
        for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
        return { rate, begin, samples: btoa(text) };
      });
})();
