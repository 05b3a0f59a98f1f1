#!/usr/bin/env node
// Old syntax on purpose: an old Node must get as far as the line that says what is needed.
import { existsSync, readFileSync } from 'fs'
import module from 'module'

var needed = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node
var version = process.version.slice(1).split('.').map(Number)
var supported = (version[0] === 22 && version[1] >= 19) || version[0] === 24 || version[0] >= 26

if (supported) {
  // Compiled code is kept in the system's temporary folder: the second start is a fifth faster.
  module.enableCompileCache()
  // A checkout runs its sources; what is published has only dist.
  var source = new URL('../cli/main.ts', import.meta.url)
  var built = new URL('../dist/cli/main.js', import.meta.url)
  import(String(existsSync(source) ? source : built)).then(function (cli) {
    return cli.main(process.argv.slice(2))
  })
} else {
  console.error('ifmatch: Node.js ' + needed + ' is needed, but this is ' + process.version + '; install one from https://nodejs.org')
  process.exitCode = 2
}
