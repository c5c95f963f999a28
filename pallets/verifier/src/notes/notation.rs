//! Symbols.
//!
//! Groth16 is J. Groth, *On the Size of Pairing-based Non-interactive Arguments*, EUROCRYPT 2016,
//! section 3.2. Groups are written additively; `e: G1 × G2 → GT` is the pairing of BLS12-381.
//!
//! | symbol | field | group | meaning |
//! |---|---|---|---|
//! | A, B, C | [`Proof`](crate::groth16::Proof) | G1, G2, G1 | the proof |
//! | α, β, γ, δ | [`VerifyingKey`](crate::groth16::VerifyingKey) | G1, G2, G2, G2 | from the setup |
//! | IC₀ … IC₃ | the same | G1 | input points; IC₀ belongs to the constant 1 |
//! | x₁, x₂, x₃ | `inputs` | scalars | input commitment, output, context |
//! | L | – | G1 | `IC₀ + x₁·IC₁ + x₂·IC₂ + x₃·IC₃` |
//!
//! A proof holds when `e(A, B) = e(α, β) + e(L, γ) + e(C, δ)`. We check `e(A, B) + e(−α, β) + e(L,
//! −γ) + e(C, −δ) = 0`, one product of four Miller loops with one final exponentiation; the three
//! negated points are stored with the [prepared key](crate::groth16::PreparedVerifyingKey).
//!
//! Anybody can turn a proof into another one of the same statement, for instance `(r·A, r⁻¹·B, C)`.
//! Nothing may be recognised by its proof bytes.
//!
//! # Keys that prove anything
//! With `L` known to everybody, a key in which two of β, γ, δ are equal, or opposite, has proofs of
//! every statement:
//!
//! | key | forged proof |
//! |---|---|
//! | γ = ±δ | `A = α, B = β, C = ∓L` |
//! | β = ±γ | `A = α ± L, B = β + t·δ, C = t·(α ± L)` for any `t` |
//! | β = ±δ | `A = L, B = γ, C = ∓α` |
//!
//! With `IC_i = ±IC_j` for two public inputs, a key binds only `x_i ± x_j`, and a proof of one
//! statement is a proof of others.
//!
//! Decoding a key refuses all of these. Other relations between a key's points cannot be seen in
//! it. A setup's own author can always forge; that is the model version's `trust`.
