// Run in the network of a process whose inspector listens: prints the bytes that its heap holds once it is collected.
// `HeapProfiler.collectGarbage` collects everything; what is left is in use.

interface Reply {
  readonly id?: number
  readonly result?: { readonly usedSize?: number }
  readonly error?: { readonly message: string }
}

const targets = (await (await fetch('http://127.0.0.1:9229/json/list')).json()) as readonly {
  readonly webSocketDebuggerUrl: string
}[]
const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '')
const replies = new Map<number, (reply: Reply) => void>()
socket.addEventListener('message', ({ data }) => {
  const reply = JSON.parse(String(data)) as Reply
  if (reply.id !== undefined) replies.get(reply.id)?.(reply)
})
await new Promise((resolve, reject) => {
  socket.addEventListener('open', resolve)
  socket.addEventListener('error', () => reject(new Error('no inspector')))
})

const ask = async (id: number, method: string): Promise<Reply> => {
  const reply = new Promise<Reply>((resolve) => replies.set(id, resolve))
  socket.send(JSON.stringify({ id, method }))
  const { error, ...rest } = await reply
  if (error !== undefined) throw new Error(`${method}: ${error.message}`)
  return rest
}

await ask(1, 'HeapProfiler.enable')
await ask(2, 'HeapProfiler.collectGarbage')
const { result } = await ask(3, 'Runtime.getHeapUsage')
process.stdout.write(String(result?.usedSize))
socket.close()
