// A remote track as a source of a WebAudio graph.

export interface RemoteAudio {
  element: HTMLAudioElement;
  source: MediaStreamAudioSourceNode;
}

export function openRemoteAudio(context: AudioContext, track: MediaStreamTrack): RemoteAudio {
  const stream = new MediaStream([track]);
  // Chromium gives WebAudio only silence for a remote track that no media element plays.
  const element = new Audio();
  element.muted = true;
  element.srcObject = stream;
  // Muted playback needs no permission; it is only cut short when the track goes at once.
  element.play().catch(() => undefined);
  return { element, source: context.createMediaStreamSource(stream) };
}

export function closeRemoteAudio({ element, source }: RemoteAudio): void {
  source.disconnect();
  element.srcObject = null;
}
