'use client'

import { useRef, useState } from 'react'
import { ApiFailure } from '@/components/frame/fetch-json'

export interface Upload {
  readonly name: string
  readonly percent: number
}

/** Sends a file and tells how far it is; XMLHttpRequest, because fetch does not say. */
function put(url: string, file: File, onProgress: (percent: number) => void, started: (request: XMLHttpRequest) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', url)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? Math.floor((loaded / total) * 100) : 100)
    request.onload = () => (request.status < 300 ? resolve() : reject(failureOf(request)))
    request.onerror = () => reject(new ApiFailure(0, 'unavailable', '', undefined))
    request.onabort = () => reject(new ApiFailure(0, 'unavailable', '', undefined, { reason: 'stopped' }))
    started(request)
    request.send(file)
  })
}

function failureOf({ status, responseText }: XMLHttpRequest): ApiFailure {
  try {
    const { code = 'unavailable', title = '', reason } = JSON.parse(responseText) as Record<string, string | undefined>
    return new ApiFailure(status, code, title, undefined, { reason })
  } catch {
    return new ApiFailure(status, 'unavailable', '', undefined)
  }
}

/** One upload at a time, with its progress and a way to stop it. */
export function useUpload() {
  const [upload, setUpload] = useState<Upload | null>(null)
  const running = useRef<XMLHttpRequest | null>(null)
  const send = async (url: string, file: File): Promise<void> => {
    setUpload({ name: file.name, percent: 0 })
    try {
      await put(
        url,
        file,
        (percent) => setUpload({ name: file.name, percent }),
        (request) => {
          running.current = request
        },
      )
    } finally {
      running.current = null
      setUpload(null)
    }
  }
  return { upload, send, stop: () => running.current?.abort() }
}
