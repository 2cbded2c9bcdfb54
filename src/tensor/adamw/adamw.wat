;; AdamW and the sum of squares over flat float32 arrays, four elements at a time and the last few one by one.
;; Every element sees the same operations in the same order either way, so results do not depend on where ranges begin.
;; Addresses are unsigned: the memory may be 4 GiB.
(module
  (import "adamw" "memory" (memory 1 65536))

  ;; The sum of squares of $count numbers at $at, in double precision. Squares are taken after widening: they are exact.
  (func (export "sum_of_squares") (param $at i32) (param $count i32) (result f64)
    (local $blocks i32) (local $x v128) (local $wide v128) (local $low v128) (local $high v128) (local $one f64) (local $sum f64)
    (local.set $blocks (i32.shr_u (local.get $count) (i32.const 2)))
    (if (local.get $blocks) (then
      (loop $block
        (local.set $x (v128.load (local.get $at)))
        (local.set $wide (f64x2.promote_low_f32x4 (local.get $x)))
        (local.set $low (f64x2.add (local.get $low) (f64x2.mul (local.get $wide) (local.get $wide))))
        (local.set $wide (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $x) (local.get $x))))
        (local.set $high (f64x2.add (local.get $high) (f64x2.mul (local.get $wide) (local.get $wide))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $block (local.tee $blocks (i32.sub (local.get $blocks) (i32.const 1)))))))
    (local.set $low (f64x2.add (local.get $low) (local.get $high)))
    (local.set $sum (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low))))
    (local.set $count (i32.and (local.get $count) (i32.const 3)))
    (if (local.get $count) (then
      (loop $each
        (local.set $one (f64.promote_f32 (f32.load (local.get $at))))
        (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get $one) (local.get $one))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $each (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
    (local.get $sum))

  ;; One step over $count parameters at $p, with their gradients at $g and moments at $m and $v:
  ;;   g' = g * scale;  m = m + (g' - m) * new1;  v = v * beta2 + g'^2 * new2
  ;;   p = p * keep - rate * (m / (sqrt(v) * root + eps))
  (func (export "adamw")
    (param $p i32) (param $g i32) (param $m i32) (param $v i32) (param $count i32)
    (param $scale f32) (param $new1 f32) (param $beta2 f32) (param $new2 f32)
    (param $keep f32) (param $rate f32) (param $root f32) (param $eps f32)
    (local $blocks i32)
    (local $G v128) (local $M v128) (local $V v128) (local $gx f32) (local $mx f32) (local $vx f32)
    (local $Scale v128) (local $New1 v128) (local $Beta2 v128) (local $New2 v128)
    (local $Keep v128) (local $Rate v128) (local $Root v128) (local $Eps v128)
    (local.set $Scale (f32x4.splat (local.get $scale)))
    (local.set $New1 (f32x4.splat (local.get $new1)))
    (local.set $Beta2 (f32x4.splat (local.get $beta2)))
    (local.set $New2 (f32x4.splat (local.get $new2)))
    (local.set $Keep (f32x4.splat (local.get $keep)))
    (local.set $Rate (f32x4.splat (local.get $rate)))
    (local.set $Root (f32x4.splat (local.get $root)))
    (local.set $Eps (f32x4.splat (local.get $eps)))
    (local.set $blocks (i32.shr_u (local.get $count) (i32.const 2)))
    (if (local.get $blocks) (then
      (loop $block
        (local.set $G (f32x4.mul (v128.load (local.get $g)) (local.get $Scale)))
        (local.set $M (v128.load (local.get $m)))
        (local.set $M (f32x4.add (local.get $M)
          (f32x4.mul (f32x4.sub (local.get $G) (local.get $M)) (local.get $New1))))
        (v128.store (local.get $m) (local.get $M))
        (local.set $V (f32x4.add
          (f32x4.mul (v128.load (local.get $v)) (local.get $Beta2))
          (f32x4.mul (f32x4.mul (local.get $G) (local.get $G)) (local.get $New2))))
        (v128.store (local.get $v) (local.get $V))
        (v128.store (local.get $p) (f32x4.sub
          (f32x4.mul (v128.load (local.get $p)) (local.get $Keep))
          (f32x4.mul (local.get $Rate) (f32x4.div (local.get $M)
            (f32x4.add (f32x4.mul (f32x4.sqrt (local.get $V)) (local.get $Root)) (local.get $Eps))))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (local.set $v (i32.add (local.get $v) (i32.const 16)))
        (br_if $block (local.tee $blocks (i32.sub (local.get $blocks) (i32.const 1)))))))
    (local.set $count (i32.and (local.get $count) (i32.const 3)))
    (if (local.get $count) (then
      (loop $each
        (local.set $gx (f32.mul (f32.load (local.get $g)) (local.get $scale)))
        (local.set $mx (f32.load (local.get $m)))
        (local.set $mx (f32.add (local.get $mx) (f32.mul (f32.sub (local.get $gx) (local.get $mx)) (local.get $new1))))
        (f32.store (local.get $m) (local.get $mx))
        (local.set $vx (f32.add
          (f32.mul (f32.load (local.get $v)) (local.get $beta2))
          (f32.mul (f32.mul (local.get $gx) (local.get $gx)) (local.get $new2))))
        (f32.store (local.get $v) (local.get $vx))
        (f32.store (local.get $p) (f32.sub
          (f32.mul (f32.load (local.get $p)) (local.get $keep))
          (f32.mul (local.get $rate) (f32.div (local.get $mx)
            (f32.add (f32.mul (f32.sqrt (local.get $vx)) (local.get $root)) (local.get $eps))))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (local.set $g (i32.add (local.get $g) (i32.const 4)))
        (local.set $m (i32.add (local.get $m) (i32.const 4)))
        (local.set $v (i32.add (local.get $v) (i32.const 4)))
        (br_if $each (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))))
)
