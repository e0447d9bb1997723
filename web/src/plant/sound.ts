// A tone that is heard over running water: short at twelve minutes, long and repeated at fifteen.
let context: AudioContext | undefined
/// Browsers let a page sound only after a person touched it.
export function wake_sound() {
  context ??= new AudioContext()
  void context.resume()
}
export function sound(what: 'good' | 'stop' | 'warn' | 'late') {
  if (!context) return
  const tones = { good: [[880, 0.12]], stop: [[220, 0.5]], warn: [[660, 0.25], [660, 0.25]], late: [[440, 0.5], [330, 0.5], [440, 0.5]] }[what]
  let at = context.currentTime
  for (const [hertz, seconds] of tones) {
    const tone = context.createOscillator(), loud = context.createGain()
    tone.frequency.value = hertz
    tone.type = 'square'
    loud.gain.setValueAtTime(0.25, at)
    loud.gain.exponentialRampToValueAtTime(0.001, at + seconds)
    tone.connect(loud).connect(context.destination)
    tone.start(at)
    tone.stop(at + seconds)
    at += seconds + 0.08
  }
}
