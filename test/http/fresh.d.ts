declare module 'fresh' {
  export default function fresh(request: Record<string, string>, response: Record<string, string>): boolean
}
