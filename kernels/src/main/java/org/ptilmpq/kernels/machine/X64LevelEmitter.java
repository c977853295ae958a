package org.ptilmpq.kernels.machine;

import static org.ptilmpq.kernels.machine.code.X64Assembler.R15;

import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/** AVX2, with a vector of eight lanes per register; the last two are the emitter's own. */
final class X64LevelEmitter implements LevelEmitter {

  private static final int OWN = 15;
  private static final int UPPER = 14;

  private final Avx2Emitter general = new Avx2Emitter();
  private final X64Assembler assembler = general.assembler;

  @Override
  public Emitter general() {
    return general;
  }

  private void vector(X64Vector instruction, int to, int left, int right) {
    assembler.vector(instruction, 256, to, left, right);
  }

  private void memory(X64Vector instruction, int length, int vector, int base, int displacement) {
    assembler.vectorMemory(instruction, length, vector, 0, X64Emitter.machine(base), displacement);
  }

  @Override
  public void load(int vector, int base, int displacement) {
    memory(X64Vector.VMOVDQU_LOAD, 256, vector, base, displacement);
  }

  @Override
  public void store(int vector, int base, int displacement) {
    memory(X64Vector.VMOVDQU_STORE, 256, vector, base, displacement);
  }

  @Override
  public void loadBytes(int vector, int base, int displacement) {
    memory(X64Vector.VPMOVSXBD, 256, vector, base, displacement);
  }

  /** Bytes from 0 to 255 pass both packings unchanged. */
  @Override
  public void storeBytes(int vector, int base, int displacement) {
    assembler.vpslld(256, vector, vector, 24);
    assembler.vpsrld(256, vector, vector, 24);
    assembler.vector(X64Vector.VEXTRACTI128, 256, vector, 0, OWN, 1);
    assembler.vector(X64Vector.VPACKSSDW, 128, OWN, vector, OWN);
    assembler.vector(X64Vector.VPACKUSWB, 128, OWN, OWN, OWN);
    memory(X64Vector.VMOVQ_STORE, 128, OWN, base, displacement);
  }

  @Override
  public void broadcast(int vector, int base, int displacement) {
    memory(X64Vector.VPBROADCASTD, 256, vector, base, displacement);
  }

  @Override
  public void clear(int vector) {
    vector(X64Vector.VPXOR, vector, vector, vector);
  }

  @Override
  public void add(int to, int left, int right) {
    vector(X64Vector.VPADDD, to, left, right);
  }

  @Override
  public void subtract(int to, int left, int right) {
    vector(X64Vector.VPSUBD, to, left, right);
  }

  @Override
  public void multiply(int to, int left, int right) {
    vector(X64Vector.VPMULLD, to, left, right);
  }

  @Override
  public void xor(int to, int left, int right) {
    vector(X64Vector.VPXOR, to, left, right);
  }

  @Override
  public void or(int to, int left, int right) {
    vector(X64Vector.VPOR, to, left, right);
  }

  @Override
  public void min(int to, int left, int right) {
    vector(X64Vector.VPMINSD, to, left, right);
  }

  @Override
  public void max(int to, int left, int right) {
    vector(X64Vector.VPMAXSD, to, left, right);
  }

  @Override
  public void equal(int to, int left, int right) {
    vector(X64Vector.VPCMPEQD, to, left, right);
  }

  @Override
  public void abs(int to, int from) {
    vector(X64Vector.VPABSD, to, 0, from);
  }

  @Override
  public void shiftLeft(int to, int from, int bits) {
    assembler.vpslld(256, to, from, bits);
  }

  @Override
  public void shiftRight(int to, int from, int bits) {
    assembler.vpsrad(256, to, from, bits);
  }

  @Override
  public void shiftRightBy(int to, int from, int bits) {
    vector(X64Vector.VPSRAVD, to, from, bits);
  }

  @Override
  public void toFloats(int to, int from) {
    vector(X64Vector.VCVTDQ2PS, to, 0, from);
  }

  @Override
  public void sum(int register, int vector) {
    assembler.vector(X64Vector.VEXTRACTI128, 256, vector, 0, OWN, 1);
    assembler.vector(X64Vector.VPADDD, 128, vector, vector, OWN);
    assembler.vector(X64Vector.VPHADDD, 128, vector, vector, vector);
    assembler.vector(X64Vector.VPHADDD, 128, vector, vector, vector);
    assembler.vector(X64Vector.VMOVD_STORE, 128, vector, 0, X64Emitter.machine(register));
  }

  @Override
  public void jumpIfAny(int vector, Label label) {
    vector(X64Vector.VPTEST, vector, 0, vector);
    assembler.jcc(X64Assembler.NOT_EQUAL, label);
  }

  @Override
  public void decode(int state, int words, int row, int displacement) {
    int x = X64Emitter.machine(state);
    int word = X64Emitter.machine(words);
    int numbers = X64Emitter.machine(row);
    int slot = X64Emitter.machine(1);
    int t = X64Emitter.machine(2);
    assembler.movLoad32(slot, numbers, LevelFrame.CONTEXTS + displacement);
    assembler.movLoadIndexed(slot, X64Emitter.machine(LevelFrame.REGISTER), slot, LevelFrame.TABLES);
    assembler.mov(t, x);
    assembler.and(t, SLOT_MASK);
    assembler.movLoad32Indexed4(slot, slot, t);
    assembler.movsx8(t, slot);
    assembler.movStore32(t, numbers, LevelFrame.SYMBOLS + displacement);
    assembler.shr(x, SLOT_BITS);
    assembler.mov(t, slot);
    assembler.shr(t, Integer.SIZE - SLOT_BITS);
    assembler.add(t, 1L);
    assembler.imul(x, t);
    assembler.shr(slot, Byte.SIZE);
    assembler.and(slot, SLOT_MASK);
    assembler.add(x, slot);
    assembler.movzxLoad16(slot, word, 0);
    assembler.mov(t, x);
    assembler.shl(t, WORD_BITS);
    assembler.add(t, slot);
    assembler.mov(R15, word);
    assembler.add(R15, (long) Short.BYTES);
    assembler.cmp(x, 1L << WORD_BITS);
    assembler.cmov(X64Assembler.LESS, x, t);
    assembler.cmov(X64Assembler.LESS, word, R15);
  }

  /** The bit of each byte moves to its highest one, where VPMOVMSKB finds it. */
  @Override
  public void packPlanes(int base, int displacement, int planes, int wordBytes, int count) {
    Label done = new Label();
    int low = X64Emitter.machine(1);
    int high = X64Emitter.machine(2);
    memory(X64Vector.VMOVDQU_LOAD, 256, 0, base, displacement);
    memory(X64Vector.VMOVDQU_LOAD, 256, 1, base, displacement + 32);
    for (int plane = 0; plane < Byte.SIZE; plane++) {
      int up = Byte.SIZE - 1 - plane;
      assembler.vpsllw(256, UPPER, 0, up);
      assembler.vpsllw(256, OWN, 1, up);
      assembler.vector(X64Vector.VPMOVMSKB, 256, low, 0, UPPER);
      assembler.vector(X64Vector.VPMOVMSKB, 256, high, 0, OWN);
      assembler.shl(high, 32);
      assembler.add(high, low);
      assembler.movStore(high, X64Emitter.machine(planes), 0);
      assembler.add(X64Emitter.machine(planes), X64Emitter.machine(wordBytes));
      assembler.dec(X64Emitter.machine(count));
      assembler.jcc(X64Assembler.EQUAL, done);
    }
    general.bind(done);
  }

  @Override
  public void clearCounters(int frame) {
    clear(8);
    clear(9);
    memory(X64Vector.VPBROADCASTQ, 256, 10, frame, PlaneCountCode.BITS);
    load(11, frame, PlaneCountCode.BYTES_OF_BITS);
    load(12, frame, PlaneCountCode.BYTES_OF_BITS + 32);
  }

  /** Repeats each byte of the word eight times; each copy keeps one bit. */
  @Override
  public void countBits(int base) {
    memory(X64Vector.VPBROADCASTQ, 256, 0, base, 0);
    for (int half = 0; half < 2; half++) {
      vector(X64Vector.VPSHUFB, 1, 0, 11 + half);
      vector(X64Vector.VPAND, 1, 1, 10);
      vector(X64Vector.VPCMPEQB, 1, 1, 10);
      vector(X64Vector.VPSUBB, 8 + half, 8 + half, 1);
    }
  }

  @Override
  public void storeCounters(int base, int displacement) {
    store(8, base, displacement);
    store(9, base, displacement + 32);
  }
}
