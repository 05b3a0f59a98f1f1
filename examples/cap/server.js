// What start.ts needs of the server: it listens on loopback only, and tells its port.
import cds from '@sap/cds'

cds.once('bootstrap', (app) => {
  const listen = app.listen
  app.listen = (port) => listen.call(app, port, '127.0.0.1')
})
cds.once('listening', ({ server }) => process.send?.(server.address().port))
