// Run in the network of a process whose inspector listens: has it collect all its garbage.

interface Reply {
  readonly id?: number
  readonly error?: { readonly message: string }
}

const targets = (await (await fetch('http://127.0.0.1:9229/json/list')).json()) as readonly {
  readonly webSocketDebuggerUrl: string
}[]
const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '')
await new Promise((resolve, reject) => {
  socket.addEventListener('open', resolve)
  socket.addEventListener('error', () => reject(new Error('no inspector')))
})
const done = new Promise<void>((resolve, reject) => {
  socket.addEventListener('message', ({ data }) => {
    const { id, error } = JSON.parse(String(data)) as Reply
    if (error !== undefined) reject(new Error(error.message))
    else if (id !== undefined) resolve()
  })
})
socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
await done
socket.close()
