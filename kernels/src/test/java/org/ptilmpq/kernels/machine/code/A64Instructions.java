package org.ptilmpq.kernels.machine.code;

import static org.ptilmpq.kernels.machine.code.A64Assembler.SP;
import static org.ptilmpq.kernels.machine.code.A64Assembler.XZR;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ptilmpq.kernels.machine.code.A64Memory.Pair;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;

/**
 * Every instruction that {@link A64Assembler} can write, as a disassembler reads it and as the 32-bit words that GNU's
 * assembler makes of that text ({@code aarch64-linux-gnu-as -march=armv8.2-a+dotprod}).
 */
final class A64Instructions {

  /** Writes an instruction with a result and two operands, or as many as it has. */
  interface Emission {
    void emit(A64Assembler code, int d, int n, int m);
  }

  /**
   * An instruction, or the few that a method writes for what one can't express.
   *
   * @param text with D, N and M for the numbers of registers; instructions are divided by "; "
   * @param words with the registers 21, 10 and 5
   */
  record Instruction(String text, Emission emission, int... words) {

    List<String> lines(int d, int n, int m) {
      return List.of(text.replace("D", "" + d).replace("N", "" + n).replace("M", "" + m).split("; "));
    }

    byte[] code(int d, int n, int m) {
      A64Assembler assembler = new A64Assembler();
      emission.emit(assembler, d, n, m);
      return assembler.code().toBytes();
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final List<Instruction> ALL = new ArrayList<>();

  static {
    general();
    memory();
    vectors();
    caches();
  }

  private A64Instructions() {}

  static List<Instruction> all() {
    return ALL;
  }

  private static void general() {
    add("mov xD, xN", (c, d, n, m) -> c.mov(d, n), 0xAA0A03F5);
    add("mov xD, #0x0", (c, d, n, m) -> c.movImmediate(d, 0L), 0xD2800015);
    add("mov xD, #0xffffffffffffffff", (c, d, n, m) -> c.movImmediate(d, -1L), 0x92800015);
    add("mov xD, #0x4d2", (c, d, n, m) -> c.movImmediate(d, 1234L), 0xD2809A55);
    add("mov xD, #0xfffffffffffffb2e", (c, d, n, m) -> c.movImmediate(d, -1234L), 0x92809A35);
    add("mov xD, #0x4d20000", (c, d, n, m) -> c.movImmediate(d, 1234L << 16), 0xD2A09A55);
    add(
        "mov xD, #0x5678; movk xD, #0x1234, lsl #16",
        (c, d, n, m) -> c.movImmediate(d, 0x12345678L),
        0xD28ACF15, 0xF2A24695);
    add(
        "mov xD, #0xfffffffffffffffe; movk xD, #0x8000, lsl #16",
        (c, d, n, m) -> c.movImmediate(d, 0xFFFFFFFF8000FFFEL),
        0x92800035, 0xF2B00015);
    add(
        "mov xD, #0xcdef; movk xD, #0x89ab, lsl #16; movk xD, #0x4567, lsl #32; movk xD, #0x123, lsl #48",
        (c, d, n, m) -> c.movImmediate(d, 0x0123456789ABCDEFL),
        0xD299BDF5, 0xF2B13575, 0xF2C8ACF5, 0xF2E02475);
    add("add xD, xN, xM", (c, d, n, m) -> c.add(d, n, m), 0x8B050155);
    add("add xD, xN, #0x0", (c, d, n, m) -> c.addImmediate(d, n, 0L), 0x91000155);
    add("add xD, xN, #0xfff", (c, d, n, m) -> c.addImmediate(d, n, 4095L), 0x913FFD55);
    add("sub xD, xN, #0x40", (c, d, n, m) -> c.addImmediate(d, n, -64L), 0xD1010155);
    add("add sp, sp, #0x50", (c, d, n, m) -> c.addImmediate(SP, SP, 80L), 0x910143FF);
    add("add xD, xN, #0x1, lsl #12", (c, d, n, m) -> c.addImmediate(d, n, 4096L), 0x91400555);
    add(
        "add xD, xN, #0x1e, lsl #12; add xD, xD, #0x240",
        (c, d, n, m) -> c.addImmediate(d, n, 123456L),
        0x91407955, 0x910902B5);
    add(
        "sub xD, xN, #0xfff, lsl #12; sub xD, xD, #0xfff",
        (c, d, n, m) -> c.addImmediate(d, n, -0xFFFFFFL),
        0xD17FFD55, 0xD13FFEB5);
    add(
        "mov x16, #0x1000000; add xD, xN, x16",
        (c, d, n, m) -> c.addImmediate(d, n, 0x1000000L),
        0xD2A02010, 0x8B100155);
    add(
        "mov x16, #0xffffffffffff0000; movk x16, #0x8000, lsl #16; add xD, xN, x16",
        (c, d, n, m) -> c.addImmediate(d, n, -0x80000000L),
        0x929FFFF0, 0xF2B00010, 0x8B100155);
    add("sub xD, xN, xM", (c, d, n, m) -> c.sub(d, n, m), 0xCB050155);
    add("subs xD, xN, #0x1", (c, d, n, m) -> c.subs(d, n, 1), 0xF1000555);
    add("cmp xN, xM", (c, d, n, m) -> c.cmp(n, m), 0xEB05015F);
    add("cmp xN, #0xfff", (c, d, n, m) -> c.cmpImmediate(n, 4095), 0xF13FFD5F);
    add("mul xD, xN, xM", (c, d, n, m) -> c.mul(d, n, m), 0x9B057D55);
    add("madd xD, xN, xM, x16", (c, d, n, m) -> c.madd(d, n, m, 16), 0x9B054155);
    add("csel xD, xN, xM, eq", (c, d, n, m) -> c.csel(A64Assembler.EQ, d, n, m), 0x9A850155);
    add("csel xD, xN, xM, lt", (c, d, n, m) -> c.csel(A64Assembler.LT, d, n, m), 0x9A85B155);
    add("bic xD, xN, xM", (c, d, n, m) -> c.bic(d, n, m), 0x8A250155);
    add("lsl xD, xN, #1", (c, d, n, m) -> c.lsl(d, n, 1), 0xD37FF955);
    add("lsl xD, xN, #62", (c, d, n, m) -> c.lsl(d, n, 62), 0xD3420555);
    add("lsr xD, xN, #1", (c, d, n, m) -> c.lsr(d, n, 1), 0xD341FD55);
    add("lsr xD, xN, #63", (c, d, n, m) -> c.lsr(d, n, 63), 0xD37FFD55);
    add("ubfx xD, xN, #16, #4", (c, d, n, m) -> c.ubfx(d, n, 16, 4), 0xD3504D55);
    add("sxtb xD, wN", (c, d, n, m) -> c.sbfx(d, n, 0, 8), 0x93401D55);
    add("sbfx xD, xN, #3, #12", (c, d, n, m) -> c.sbfx(d, n, 3, 12), 0x93433955);
    add("lsl xD, xN, xM", (c, d, n, m) -> c.lslv(d, n, m), 0x9AC52155);
    add("blr xN", (c, d, n, m) -> c.blr(n), 0xD63F0140);
    add("ret", (c, d, n, m) -> c.ret(), 0xD65F03C0);
  }

  private static void memory() {
    add("ldrb wD, [xN]", (c, d, n, m) -> c.memory(A64Memory.LDRB, d, n, 0), 0x39400155);
    add("ldrb wD, [xN, #4095]", (c, d, n, m) -> c.memory(A64Memory.LDRB, d, n, 4095), 0x397FFD55);
    add("strb wD, [xN, #3]", (c, d, n, m) -> c.memory(A64Memory.STRB, d, n, 3), 0x39000D55);
    add("ldrh wD, [xN]", (c, d, n, m) -> c.memory(A64Memory.LDRH, d, n, 0), 0x79400155);
    add("ldrh wD, [xN, #8190]", (c, d, n, m) -> c.memory(A64Memory.LDRH, d, n, 8190), 0x797FFD55);
    add("ldurh wD, [xN, #-2]", (c, d, n, m) -> c.memory(A64Memory.LDRH, d, n, -2), 0x785FE155);
    add("ldr wD, [xN, #4]", (c, d, n, m) -> c.memory(A64Memory.LDR_W, d, n, 4), 0xB9400555);
    add("str wD, [xN, #4]", (c, d, n, m) -> c.memory(A64Memory.STR_W, d, n, 4), 0xB9000555);
    add("ldr wD, [xN, xM, lsl #2]", (c, d, n, m) -> c.ldrIndexed4(d, n, m), 0xB8657955);
    add("ldr xD, [xN, #32760]", (c, d, n, m) -> c.memory(A64Memory.LDR_X, d, n, 32760), 0xF97FFD55);
    add("str xD, [xN, #8]", (c, d, n, m) -> c.memory(A64Memory.STR_X, d, n, 8), 0xF9000555);
    add("str xD, [sp, #64]", (c, d, n, m) -> c.memory(A64Memory.STR_X, d, SP, 64), 0xF90023F5);
    add("str xzr, [xN]", (c, d, n, m) -> c.memory(A64Memory.STR_X, XZR, n, 0), 0xF900015F);
    add("ldr sD, [xN, #4]", (c, d, n, m) -> c.memory(A64Memory.LDR_S, d, n, 4), 0xBD400555);
    add("ldr dD, [xN, #64]", (c, d, n, m) -> c.memory(A64Memory.LDR_D, d, n, 64), 0xFD402155);
    add("str dD, [xN, #32760]", (c, d, n, m) -> c.memory(A64Memory.STR_D, d, n, 32760), 0xFD3FFD55);
    add("stur dD, [xN, #-8]", (c, d, n, m) -> c.memory(A64Memory.STR_D, d, n, -8), 0xFC1F8155);
    add(
        "mov x16, #0x12c; str dD, [xN, x16]",
        (c, d, n, m) -> c.memory(A64Memory.STR_D, d, n, 300),
        0xD2802590, 0xFC306955);
    add("ldr qD, [xN, #64]", (c, d, n, m) -> c.memory(A64Memory.LDR_Q, d, n, 64), 0x3DC01155);
    add("ldr qD, [xN, #65520]", (c, d, n, m) -> c.memory(A64Memory.LDR_Q, d, n, 65520), 0x3DFFFD55);
    add("ldur qD, [xN, #8]", (c, d, n, m) -> c.memory(A64Memory.LDR_Q, d, n, 8), 0x3CC08155);
    add("ldur qD, [xN, #-64]", (c, d, n, m) -> c.memory(A64Memory.LDR_Q, d, n, -64), 0x3CDC0155);
    add("ldur qD, [xN, #-256]", (c, d, n, m) -> c.memory(A64Memory.LDR_Q, d, n, -256), 0x3CD00155);
    add("ldur xD, [xN, #255]", (c, d, n, m) -> c.memory(A64Memory.LDR_X, d, n, 255), 0xF84FF155);
    add(
        "mov x16, #0x3e8; ldr qD, [xN, x16]",
        (c, d, n, m) -> c.memory(A64Memory.LDR_Q, d, n, 1000),
        0xD2807D10, 0x3CF06955);
    add(
        "mov x16, #0xfffffffffffffefc; strb wD, [xN, x16]",
        (c, d, n, m) -> c.memory(A64Memory.STRB, d, n, -260),
        0x92802070, 0x38306955);
    add(
        "mov x16, #0xe240; movk x16, #0x1, lsl #16; str qD, [xN, x16]",
        (c, d, n, m) -> c.memory(A64Memory.STR_Q, d, n, 123456),
        0xD29C4810, 0xF2A00030, 0x3CB06955);
    add("ldr qD, [xN], #16", (c, d, n, m) -> c.memoryPost(A64Memory.LDR_Q, d, n, 16), 0x3CC10555);
    add("str xD, [sp, #-16]!", (c, d, n, m) -> c.memoryPre(A64Memory.STR_X, d, SP, -16), 0xF81F0FF5);
    add("ldp dD, dM, [xN, #504]", (c, d, n, m) -> c.pair(Pair.LDP_D, d, m, n, 504), 0x6D5F9555);
    add("ldp dD, dM, [sp, #16]", (c, d, n, m) -> c.pair(Pair.LDP_D, d, m, SP, 16), 0x6D4117F5);
    add("stp dD, dM, [sp, #-512]", (c, d, n, m) -> c.pair(Pair.STP_D, d, m, SP, -512), 0x6D2017F5);
    add("ldp qD, qM, [xN, #1008]", (c, d, n, m) -> c.pair(Pair.LDP_Q, d, m, n, 1008), 0xAD5F9555);
    add("stp qD, qM, [xN, #-1024]", (c, d, n, m) -> c.pair(Pair.STP_Q, d, m, n, -1024), 0xAD201555);
    add("str qD, [xN], #-256", (c, d, n, m) -> c.memoryPost(A64Memory.STR_Q, d, n, -256), 0x3C900555);
    add("stp dD, dM, [xN], #-16", (c, d, n, m) -> c.pairPost(Pair.STP_D, d, m, n, -16), 0x6CBF1555);
    add("ldp qD, qM, [xN], #32", (c, d, n, m) -> c.pairPost(Pair.LDP_Q, d, m, n, 32), 0xACC11555);
    add("st1 {vD.b}[15], [xN]", (c, d, n, m) -> c.st1(Lanes.B16, d, 15, n), 0x4D001D55);
    add("st1 {vD.h}[6], [xN]", (c, d, n, m) -> c.st1(Lanes.H8, d, 6, n), 0x4D005155);
    add("st1 {vD.s}[3], [xN]", (c, d, n, m) -> c.st1(Lanes.S4, d, 3, n), 0x4D009155);
    add("st1 {vD.d}[0], [xN]", (c, d, n, m) -> c.st1(Lanes.D2, d, 0, n), 0x0D008555);
    add("ld1 {vD.8b}, [xN], xM", (c, d, n, m) -> c.ld1Post(Lanes.B8, d, n, m), 0x0CC57155);
    add("ld1 {vD.16b}, [xN], xM", (c, d, n, m) -> c.ld1Post(Lanes.B16, d, n, m), 0x4CC57155);
    add("st4 {v12.16b-v15.16b}, [xN]", (c, d, n, m) -> c.st4(Lanes.B16, 12, n), 0x4C00014C);
    add("st4 {v20.8h-v23.8h}, [xN]", (c, d, n, m) -> c.st4(Lanes.H8, 20, n), 0x4C000554);
  }

  private static void vectors() {
    three(
        "add", A64Vector.ADD, "8b 16b 4h 8h 4s 2d",
        0x0E258555, 0x4E258555, 0x0E658555, 0x4E658555, 0x4EA58555, 0x4EE58555);
    three("smax", A64Vector.SMAX, "16b 4s", 0x4E256555, 0x4EA56555);
    three("sub", A64Vector.SUB, "16b 4s 2d", 0x6E258555, 0x6EA58555, 0x6EE58555);
    three("mul", A64Vector.MUL, "16b 8h 4s", 0x4E259D55, 0x4E659D55, 0x4EA59D55);
    three("smin", A64Vector.SMIN, "16b 4s", 0x4E256D55, 0x4EA56D55);
    three("umax", A64Vector.UMAX, "16b 8h", 0x6E256555, 0x6E656555);
    three("ushl", A64Vector.USHL, "16b 8h 4s 2d", 0x6E254555, 0x6E654555, 0x6EA54555, 0x6EE54555);
    three("sshl", A64Vector.SSHL, "16b 4s 2d", 0x4E254555, 0x4EA54555, 0x4EE54555);
    three("cmeq", A64Vector.CMEQ, "16b 4s", 0x6E258D55, 0x6EA58D55);
    three("cmtst", A64Vector.CMTST, "8b 16b 2d", 0x0E258D55, 0x4E258D55, 0x4EE58D55);
    three("addp", A64Vector.ADDP, "16b 8h 4s", 0x4E25BD55, 0x4E65BD55, 0x4EA5BD55);
    three("and", A64Vector.AND, "8b 16b", 0x0E251D55, 0x4E251D55);
    three("orr", A64Vector.ORR, "16b", 0x4EA51D55);
    three("eor", A64Vector.EOR, "16b", 0x6E251D55);
    three("fadd", A64Vector.FADD, "4s 2d", 0x4E25D555, 0x4E65D555);
    three("fmul", A64Vector.FMUL, "4s", 0x6E25DD55);
    three("fmin", A64Vector.FMIN, "4s 2d", 0x4EA5F555, 0x4EE5F555);
    three("fmax", A64Vector.FMAX, "4s", 0x4E25F555);
    three("zip1", A64Vector.ZIP1, "8b 16b 8h 4s 2d", 0x0E053955, 0x4E053955, 0x4E453955, 0x4E853955, 0x4EC53955);
    three("zip2", A64Vector.ZIP2, "16b 4s", 0x4E057955, 0x4E857955);
    add("mov vD.16b, vN.16b", (c, d, n, m) -> c.vector(A64Vector.ORR, Lanes.B16, d, n, n), 0x4EAA1D55);
    add("smull vD.8h, vN.8b, vM.8b", (c, d, n, m) -> c.vector(A64Vector.SMULL, Lanes.B8, d, n, m), 0x0E25C155);
    add("smull2 vD.8h, vN.16b, vM.16b", (c, d, n, m) -> c.vector(A64Vector.SMULL, Lanes.B16, d, n, m), 0x4E25C155);
    add("smlal vD.8h, vN.8b, vM.8b", (c, d, n, m) -> c.vector(A64Vector.SMLAL, Lanes.B8, d, n, m), 0x0E258155);
    add("smlal2 vD.8h, vN.16b, vM.16b", (c, d, n, m) -> c.vector(A64Vector.SMLAL, Lanes.B16, d, n, m), 0x4E258155);
    add("smlal vD.4s, vN.4h, vM.4h", (c, d, n, m) -> c.vector(A64Vector.SMLAL, Lanes.H4, d, n, m), 0x0E658155);
    add("sabal vD.8h, vN.8b, vM.8b", (c, d, n, m) -> c.vector(A64Vector.SABAL, Lanes.B8, d, n, m), 0x0E255155);
    add("sabal2 vD.8h, vN.16b, vM.16b", (c, d, n, m) -> c.vector(A64Vector.SABAL, Lanes.B16, d, n, m), 0x4E255155);
    add("umaxv hD, vN.8h", (c, d, n, m) -> c.vector(A64Vector.UMAXV, Lanes.H8, d, n), 0x6E70A955);
    add("umaxv sD, vN.4s", (c, d, n, m) -> c.vector(A64Vector.UMAXV, Lanes.S4, d, n), 0x6EB0A955);
    add("abs vD.16b, vN.16b", (c, d, n, m) -> c.vector(A64Vector.ABS, Lanes.B16, d, n), 0x4E20B955);
    add("abs vD.4s, vN.4s", (c, d, n, m) -> c.vector(A64Vector.ABS, Lanes.S4, d, n), 0x4EA0B955);
    add("neg vD.4s, vN.4s", (c, d, n, m) -> c.vector(A64Vector.NEG, Lanes.S4, d, n), 0x6EA0B955);
    add("neg vD.2d, vN.2d", (c, d, n, m) -> c.vector(A64Vector.NEG, Lanes.D2, d, n), 0x6EE0B955);
    add("umov wD, vN.b[15]", (c, d, n, m) -> c.umov(Lanes.B16, d, n, 15), 0x0E1F3D55);
    add("umov wD, vN.h[0]", (c, d, n, m) -> c.umov(Lanes.H8, d, n, 0), 0x0E023D55);
    add("mov wD, vN.s[1]", (c, d, n, m) -> c.umov(Lanes.S4, d, n, 1), 0x0E0C3D55);
    add("mov xD, vN.d[1]", (c, d, n, m) -> c.umov(Lanes.D2, d, n, 1), 0x4E183D55);
    add("sadalp vD.4s, vN.8h", (c, d, n, m) -> c.vector(A64Vector.SADALP, Lanes.H8, d, n), 0x4E606955);
    add("xtn vD.8b, vN.8h", (c, d, n, m) -> c.vector(A64Vector.XTN, Lanes.B8, d, n), 0x0E212955);
    add("xtn2 vD.16b, vN.8h", (c, d, n, m) -> c.vector(A64Vector.XTN, Lanes.B16, d, n), 0x4E212955);
    add("xtn vD.4h, vN.4s", (c, d, n, m) -> c.vector(A64Vector.XTN, Lanes.H4, d, n), 0x0E612955);
    add("xtn2 vD.8h, vN.4s", (c, d, n, m) -> c.vector(A64Vector.XTN, Lanes.H8, d, n), 0x4E612955);
    add("sqxtn vD.4h, vN.4s", (c, d, n, m) -> c.vector(A64Vector.SQXTN, Lanes.H4, d, n), 0x0E614955);
    add("sqxtn2 vD.8h, vN.4s", (c, d, n, m) -> c.vector(A64Vector.SQXTN, Lanes.H8, d, n), 0x4E614955);
    add("sqxtn vD.8b, vN.8h", (c, d, n, m) -> c.vector(A64Vector.SQXTN, Lanes.B8, d, n), 0x0E214955);
    add("sqxtn2 vD.16b, vN.8h", (c, d, n, m) -> c.vector(A64Vector.SQXTN, Lanes.B16, d, n), 0x4E214955);
    add("scvtf vD.4s, vN.4s", (c, d, n, m) -> c.vector(A64Vector.SCVTF, Lanes.S4, d, n), 0x4E21D955);
    add("fcvtns vD.4s, vN.4s", (c, d, n, m) -> c.vector(A64Vector.FCVTNS, Lanes.S4, d, n), 0x4E21A955);
    add("tbl vD.16b, {vN.16b}, vM.16b", (c, d, n, m) -> c.vector(A64Vector.TBL, Lanes.B16, d, n, m), 0x4E050155);
    add("tbl vD.8b, {vN.16b}, vM.8b", (c, d, n, m) -> c.vector(A64Vector.TBL, Lanes.B8, d, n, m), 0x0E050155);
    add("sdot vD.4s, vN.16b, vM.16b", (c, d, n, m) -> c.vector(A64Vector.SDOT, Lanes.S4, d, n, m), 0x4E859555);
    add("sdot vD.4s, vN.16b, vM.4b[0]", (c, d, n, m) -> c.sdot(d, n, m, 0), 0x4F85E155);
    add("sdot vD.4s, vN.16b, vM.4b[1]", (c, d, n, m) -> c.sdot(d, n, m, 1), 0x4FA5E155);
    add("sdot vD.4s, vN.16b, vM.4b[2]", (c, d, n, m) -> c.sdot(d, n, m, 2), 0x4F85E955);
    add("sdot vD.4s, vN.16b, vM.4b[3]", (c, d, n, m) -> c.sdot(d, n, m, 3), 0x4FA5E955);
    add("movi vD.16b, #0x0", (c, d, n, m) -> c.movi(d, 0), 0x4F00E415);
    add("movi vD.16b, #0xa5", (c, d, n, m) -> c.movi(d, 0xA5), 0x4F05E4B5);
    add("dup vD.16b, wN", (c, d, n, m) -> c.dup(Lanes.B16, d, n), 0x4E010D55);
    add("dup vD.4s, wN", (c, d, n, m) -> c.dup(Lanes.S4, d, n), 0x4E040D55);
    add("dup vD.2d, xN", (c, d, n, m) -> c.dup(Lanes.D2, d, n), 0x4E080D55);
    add("dup vD.16b, vN.b[15]", (c, d, n, m) -> c.dup(Lanes.B16, d, n, 15), 0x4E1F0555);
    add("dup vD.4h, vN.h[6]", (c, d, n, m) -> c.dup(Lanes.H4, d, n, 6), 0x0E1A0555);
    add("dup vD.4s, vN.s[0]", (c, d, n, m) -> c.dup(Lanes.S4, d, n, 0), 0x4E040555);
    add("dup vD.2d, vN.d[1]", (c, d, n, m) -> c.dup(Lanes.D2, d, n, 1), 0x4E180555);
    add("shl vD.16b, vN.16b, #7", (c, d, n, m) -> c.shl(Lanes.B16, d, n, 7), 0x4F0F5555);
    add("shl vD.4s, vN.4s, #1", (c, d, n, m) -> c.shl(Lanes.S4, d, n, 1), 0x4F215555);
    add("sli vD.16b, vN.16b, #1", (c, d, n, m) -> c.sli(Lanes.B16, d, n, 1), 0x6F095555);
    add("sli vD.16b, vN.16b, #7", (c, d, n, m) -> c.sli(Lanes.B16, d, n, 7), 0x6F0F5555);
    add("ushr vD.16b, vN.16b, #1", (c, d, n, m) -> c.ushr(Lanes.B16, d, n, 1), 0x6F0F0555);
    add("ushr vD.8h, vN.8h, #15", (c, d, n, m) -> c.ushr(Lanes.H8, d, n, 15), 0x6F110555);
    add("sshr vD.16b, vN.16b, #7", (c, d, n, m) -> c.sshr(Lanes.B16, d, n, 7), 0x4F090555);
    add("sshr vD.4s, vN.4s, #1", (c, d, n, m) -> c.sshr(Lanes.S4, d, n, 1), 0x4F3F0555);
    add("sshr vD.4s, vN.4s, #31", (c, d, n, m) -> c.sshr(Lanes.S4, d, n, 31), 0x4F210555);
    add("sxtl vD.8h, vN.8b", (c, d, n, m) -> c.sxtl(Lanes.B8, d, n), 0x0F08A555);
    add("sxtl2 vD.8h, vN.16b", (c, d, n, m) -> c.sxtl(Lanes.B16, d, n), 0x4F08A555);
    add("sxtl vD.4s, vN.4h", (c, d, n, m) -> c.sxtl(Lanes.H4, d, n), 0x0F10A555);
    add("sxtl2 vD.4s, vN.8h", (c, d, n, m) -> c.sxtl(Lanes.H8, d, n), 0x4F10A555);
  }

  private static void caches() {
    add("mrs xD, ctr_el0", (c, d, n, m) -> c.mrsCtr(d), 0xD53B0035);
    add("dc cvau, xN", (c, d, n, m) -> c.dcCvau(n), 0xD50B7B2A);
    add("ic ivau, xN", (c, d, n, m) -> c.icIvau(n), 0xD50B752A);
    add("dsb ish", (c, d, n, m) -> c.dsbIsh(), 0xD5033B9F);
    add("isb", (c, d, n, m) -> c.isb(), 0xD5033FDF);
  }

  private static void add(String text, Emission emission, int... words) {
    ALL.add(new Instruction(text, emission, words));
  }

  /** An instruction of three vectors with the same lanes, once with each of these. */
  private static void three(String name, A64Vector vector, String lanes, int... words) {
    String[] each = lanes.split(" ");
    for (int i = 0; i < each.length; i++) {
      String of = each[i];
      Lanes divided = Lanes.valueOf(of.replaceFirst("(\\d+)(.)", "$2$1").toUpperCase(Locale.ROOT));
      add(
          name + " vD." + of + ", vN." + of + ", vM." + of,
          (c, d, n, m) -> c.vector(vector, divided, d, n, m),
          words[i]);
    }
  }
}
