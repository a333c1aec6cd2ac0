// Functions of cells that a text describes: exp and log from + - * alone, so that every device gives the same bits; what
// is + - * / or a root of numbers is rounded correctly everywhere. Coefficients are those of interpolation at
// Chebyshev's points, rounded to float.

// Needs: rp_real, rp_int, rp_uint; rp_broadcast, rp_select, rp_greater, rp_real_bits, rp_bits_real; rp_divide.

/* 2^k, -126 <= k <= 127. */
RP_FN rp_real rp_power_of_two(rp_int k) { return rp_bits_real((rp_uint)(k + 127) << 23); }

/* e^x to 1.5 units in the last place; 0 where it is below 2^-126, the smallest normal number. */
RP_FN rp_real rp_exp(rp_real x)
{
  // Adding 1.5 2^23 rounds to a whole number, which is in the last bits then.
  const rp_real round = rp_broadcast(12582912.0f), high = rp_broadcast(89.0f), low = rp_broadcast(-90.0f);
  rp_real y = rp_select(rp_greater(x, high), high, x);
  y = rp_select(rp_greater(low, y), low, y);
  const rp_real shifted = y * 0x1.715476p+0f + round;
  const rp_real n = shifted - round;
  const rp_int k = (rp_int)(rp_real_bits(shifted) - 0x4B400000u);
  // ln 2 in two parts, the first of so few bits that n times it is exact.
  const rp_real r = (y - n * 0.693359375f) - n * -0x1.bd0106p-13f;
  rp_real p = r * 0x1.6d130ep-10f + 0x1.120d72p-7f;
  p = p * r + 0x1.555518p-5f;
  p = p * r + 0x1.5554dcp-3f;
  p = p * r + 0.5f;
  p = (p * (r * r) + r) + 1.0f;
  // 2^k may be too large for one number.
  const rp_int part = k >> 1;
  p = (p * rp_power_of_two(part)) * rp_power_of_two(k - part);
  return rp_select(rp_greater(rp_broadcast(-0x1.5d589ep+6f), x), rp_broadcast(0.0f), p);
}

/* ln x to 2 units in the last place; minus infinity for 0, no number below. */
RP_FN rp_real rp_log(rp_real x)
{
  const rp_int tiny = rp_greater(rp_broadcast(0x1p-126f), x);
  const rp_real normal = rp_select(tiny, x * 0x1p+23f, x);
  // x = m 2^k with m from about sqrt(1/2) to sqrt(2).
  const rp_uint bits = rp_real_bits(normal) - 0x3F3504F3u;
  const rp_int k = (rp_int)bits >> 23;
  const rp_real m = rp_bits_real((bits & 0x007FFFFFu) + 0x3F3504F3u);
  const rp_real n = rp_int_to_real(k) - rp_select(tiny, rp_broadcast(23.0f), rp_broadcast(0.0f));
  // ln m = 2 artanh s, with f - s f = 2 s where f = m - 1.
  const rp_real f = m - 1.0f;
  const rp_real s = rp_divide(f, f + 2.0f), z = s * s;
  rp_real p = z * 0x1.dde52ep-3f + 0x1.245bdap-2f;
  p = p * z + 0x1.9999ecp-2f;
  p = p * z + 0x1.555556p-1f;
  const rp_real rest = s * (z * p - f);
  rp_real y = n * 0.693359375f + (f + (rest + n * -0x1.bd0106p-13f));
  y = rp_select(rp_greater(x, rp_broadcast(0x1.fffffep+127f)), x, y);
  // 0 / 0 is no number, and -1 / 0 is minus infinity.
  const rp_real zero = rp_broadcast(0.0f);
  y = rp_select(rp_greater(rp_broadcast(0x1p-149f), x), rp_divide(rp_broadcast(-1.0f), zero), y);
  y = rp_select(rp_greater(zero, x), rp_divide(zero, zero), y);
  return rp_select(rp_equal(x, x), y, x);
}

RP_FN rp_real rp_least(rp_real a, rp_real b) { return rp_select(rp_greater(b, a), a, b); }
RP_FN rp_real rp_most(rp_real a, rp_real b) { return rp_select(rp_greater(a, b), a, b); }
RP_FN rp_real rp_negative(rp_real a) { return rp_bits_real(rp_real_bits(a) ^ 0x80000000u); }
RP_FN rp_real rp_absolute(rp_real a) { return rp_bits_real(rp_real_bits(a) & 0x7FFFFFFFu); }
