// What each alarm sounds like: a pattern for each kind, so that the room knows by ear what it is.

// Notes of a pattern: when it begins, frequency, for how long; seconds and Hz. A glide goes to a second frequency.
const PATTERNS = {
  lost: [[0, 196, 0.9], [1.1, 147, 1.2]],
  exhausted: [[0, 520, 0.8, 1040], [0.8, 1040, 0.8, 520], [1.6, 520, 0.8, 1040], [2.4, 1040, 0.8, 520]],
  breach: [[0, 988, 0.16], [0.24, 988, 0.16], [0.48, 988, 0.16], [1, 988, 0.16], [1.24, 988, 0.16], [1.48, 988, 0.16]],
  new: [[0, 659, 0.3], [0.34, 880, 0.5], [1.2, 659, 0.3], [1.54, 880, 0.5]],
  hand: [[0, 740, 0.06], [0.08, 622, 0.06], [0.16, 740, 0.06], [0.24, 622, 0.06], [0.32, 740, 0.06], [0.4, 622, 0.06], [0.48, 740, 0.06], [0.56, 622, 0.06]],
};
const LOUDNESS = 0.4;

export function play(context, kind) {
  const start = context.currentTime + 0.02;
  for (const [at, from, length, to] of PATTERNS[kind]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = "triangle";
    tone.frequency.setValueAtTime(from, start + at);
    if (to) tone.frequency.linearRampToValueAtTime(to, start + at + length);
    volume.gain.setValueAtTime(0, start + at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + at + 0.02);
    volume.gain.setValueAtTime(LOUDNESS, start + at + length - 0.03);
    volume.gain.linearRampToValueAtTime(0, start + at + length);
    tone.connect(volume).connect(context.destination);
    tone.start(start + at);
    tone.stop(start + at + length);
  }
}
