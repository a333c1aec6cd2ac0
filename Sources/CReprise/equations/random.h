// Counter-based random numbers: Philox4x32 (Salmon et al. 2011, SC'11) and standard normal samples (R1, R2 of
// docs/equations.md). One text for scalar code, vector code and GPU kernels: only integer operations and
// + - * on floats, so every one of them gives the same bits.

// Needs: rp_uint, rp_int, rp_real; RP_MULHI(a, b) with a constant a; rp_int_to_real, rp_real_bits, rp_bits_real;
// rp_lookup32(row, index).

#define RP_PHILOX_ROUNDS 10

/* Four random words from a counter of four words and a key of two. */
RP_FN void rp_philox_words(rp_uint c[4], uint32_t k0, uint32_t k1)
{
  for (int round = 0; round < RP_PHILOX_ROUNDS; round++) {
    rp_uint low0 = 0xD2511F53u * c[0], high0 = RP_MULHI(0xD2511F53u, c[0]);
    rp_uint low1 = 0xCD9E8D57u * c[2], high1 = RP_MULHI(0xCD9E8D57u, c[2]);
    c[0] = high1 ^ c[1] ^ k0;
    c[1] = low1;
    c[2] = high0 ^ c[3] ^ k1;
    c[3] = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

/* A standard normal sample from one random word: the sign from bit 31, the upper-tail probability
   p = (m | 1) 2^-32 from the other 31 bits m, and the quantile of p as a polynomial within the octave of p. */
RP_FN rp_real rp_normal_from_word(rp_uint word)
{
  rp_uint bits = rp_real_bits(rp_int_to_real((rp_int)((word & 0x7FFFFFFFu) | 1u)));
  rp_uint octave = (bits >> 23) - 127u;
  rp_real s = rp_bits_real((bits & 0x007FFFFFu) | 0x3F800000u) - 1.5f;
  rp_real x = rp_lookup32(rp_normal_table[5], octave);
  x = x * s + rp_lookup32(rp_normal_table[4], octave);
  x = x * s + rp_lookup32(rp_normal_table[3], octave);
  x = x * s + rp_lookup32(rp_normal_table[2], octave);
  x = x * s + rp_lookup32(rp_normal_table[1], octave);
  x = x * s + rp_lookup32(rp_normal_table[0], octave);
  return rp_bits_real(rp_real_bits(x) ^ (word & 0x80000000u));
}
