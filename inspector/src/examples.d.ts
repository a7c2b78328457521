/** Made by build/examples.ts out of vectors/. */
declare module "virtual:examples" {
  export interface Example {
    /** Of the vector. */
    readonly id: string;
    readonly group: string;
    readonly title: string;
    /** `content §5.1` */
    readonly section: string;
    readonly valid: boolean;
    /** Lower-case hexadecimal. */
    readonly octets: string;
    /** What to read it as; found out when absent. */
    readonly as?: string;
    readonly senderUri?: string;
    readonly roomUri?: string;
  }
  export const examples: readonly Example[];
}
