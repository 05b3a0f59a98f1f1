import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { freePort, main, type Running } from '../serve.ts'

const program = '/usr/sbin/apache2'
const modules = '/usr/lib/apache2/modules'
const nobody = 65534

/** Why it cannot be started here, if it cannot. */
export function missing(): string | undefined {
  const lacks = [program, join(modules, 'mod_dav_fs.so')].find((file) => !existsSync(file))
  return lacks && `${lacks} is not there: install Apache httpd from Debian's package apache2-bin (apt-get install apache2-bin)`
}

/** Starts Apache httpd with mod_dav on loopback, in the foreground, with nothing but a folder of its own, which goes when it stops. */
export async function start(port = 0): Promise<Running> {
  const problem = missing()
  if (problem) throw new Error(problem)
  const directory = await mkdtemp(join(tmpdir(), 'ifmatch-mod-dav-'))
  const files = join(directory, 'files')
  await mkdir(join(files, 'ifmatch'), { recursive: true })
  // who starts it as root gives up root's rights, and the files go with it
  if (process.getuid?.() === 0) for (const path of [directory, files, join(files, 'ifmatch')]) await chown(path, nobody, nobody)
  const listening = port === 0 ? await freePort() : port
  const config = join(directory, 'httpd.conf')
  await writeFile(config, configuration(directory, listening))
  // in a group of its own: Ctrl-C reaches us first, and whoever uses the server can clean up
  const child = spawn(program, ['-d', directory, '-f', config, '-DFOREGROUND'], { cwd: directory, stdio: 'ignore', detached: true })
  process.once('exit', () => child.kill())
  const closed = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await closed
    await rm(directory, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${listening}`
  while (!(await answers(url))) {
    if (child.exitCode === null) {
      await sleep(20)
      continue
    }
    const log = await readFile(join(directory, 'error.log'), 'utf8').catch(() => '')
    await stop()
    throw new Error(`apache2 ended before it listened on port ${listening}: ${log.trim()}`)
  }
  return { url, env: { MOD_DAV_URL: url }, stop }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

/** Debian's defaults for mod_dav, and no more modules than it needs. */
function configuration(directory: string, port: number): string {
  const load = ['mpm_event', 'authz_core', 'dav', 'dav_fs']
  return `${load.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
User #${nobody}
Group #${nobody}
PidFile ${directory}/httpd.pid
DefaultRuntimeDir ${directory}
ErrorLog ${directory}/error.log
DavLockDB ${directory}/locks
DocumentRoot ${directory}/files
<Directory ${directory}/files>
  Dav On
  ForceType text/plain
  Require all granted
</Directory>
`
}

if (import.meta.main) await main(start)
