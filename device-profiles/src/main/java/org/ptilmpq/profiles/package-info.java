/**
 * What a board is ({@link org.ptilmpq.profiles.DeviceProfile}), as data files with sourced figures, and which of them
 * the machine at hand is ({@link org.ptilmpq.profiles.MachineDetection}).
 */
package org.ptilmpq.profiles;
