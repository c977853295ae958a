/**
 * What a board is ({@link org.ptilmpq.profiles.DeviceProfile}), as data files with sourced figures, which of them the
 * machine at hand is ({@link org.ptilmpq.profiles.MachineDetection}), and how hot and how fast it is at a moment
 * ({@link org.ptilmpq.profiles.ThermalState}, {@link org.ptilmpq.profiles.ClockSpeed}).
 */
package org.ptilmpq.profiles;
