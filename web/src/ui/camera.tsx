import { useEffect, useRef } from 'react'
import { t } from '../i18n'

interface Detector { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }
export const Detector = (globalThis as { BarcodeDetector?: new (how?: { formats: string[] }) => Detector }).BarcodeDetector

/// Looks through the camera until a code is read.
export function Camera({ take, failed }: { take: (raw: string) => void; failed: (said: string) => void }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setInterval> | undefined
    let gone = false
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(s => {
      stream = s
      if (gone || !video.current) return s.getTracks().forEach(x => x.stop())
      video.current.srcObject = s
      const detector = new Detector!()
      timer = setInterval(() => {
        if (video.current && video.current.readyState >= 2) detector.detect(video.current).then(found => { if (found[0]) take(found[0].rawValue) }).catch(() => {})
      }, 250)
    }).catch(() => failed(t('scan.no_camera')))
    return () => { gone = true; clearInterval(timer); stream?.getTracks().forEach(x => x.stop()) }
  }, [])
  return <video ref={video} autoPlay muted playsInline className="scan_video" aria-label={t('scan.camera')} />
}
